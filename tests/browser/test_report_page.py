"""The report as a page: accessible, self-contained, readable on a telephone and at night."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.processes import Client

VAR = ["83061", "83001", "83099", "83107", "83118"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def report(suite: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    answer = suite.post("/v1/reports?f=html", {"communes": VAR, "nom": "Fréjus, Saint-Raphaël et environs"})
    assert answer.status == 200
    path = tmp_path_factory.mktemp("page") / "rapport.html"
    path.write_bytes(answer.body)
    return path


def opened(
    browser: Browser, report: Path, width: int, scheme: Literal["light", "dark"]
) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    return page, asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
def test_axe_finds_nothing_to_say(
    browser: Browser, axe: str, report: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page, _ = opened(browser, report, width, scheme)
    page.add_script_tag(content=axe)
    violations = page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", RULES)
    page.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []


@pytest.mark.parametrize("width", [320, 1200])
def test_the_page_never_scrolls_sideways(browser: Browser, report: Path, width: int) -> None:
    page, _ = opened(browser, report, width, "light")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert overflow == 0


def test_the_page_asks_nothing_of_anybody(browser: Browser, report: Path) -> None:
    page, asked = opened(browser, report, 1200, "light")
    page.close()
    assert asked == [report.as_uri()]


def test_the_first_tab_leads_to_the_content(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, 1200, "light")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    target = page.evaluate("location.hash.slice(1)")
    assert target
    assert page.evaluate("id => document.getElementById(id) !== null", target)
    page.close()


def test_the_reference_of_the_api_opens_without_an_outside_request(browser: Browser, suite: Client) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(suite.base + "/docs")
    page.locator("[data-path='/v1/diagnostics']").first.wait_for()
    page.close()
    assert asked
    assert all(url.startswith((suite.base, "data:")) for url in asked)
