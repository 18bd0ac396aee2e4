"""Debian's chromium driven by Playwright, on the page that the real suite makes."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import data_dir, environment, golden_folder, small_reference
from tests.e2e.processes import Client, running

__all__ = ["data_dir", "environment", "golden_folder", "small_reference"]

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless chromium that asks nothing of the network.

    For one module only: Playwright's loop runs as long as it does, and other tests have loops of their own.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "chromium manque\u00a0: apt-get install -y chromium"
    quiet = (
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(quiet))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def suite(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The whole suite in one process."""
    with running(environment, tmp_path_factory.mktemp("journaux")) as processes:
        yield processes["suite"].client


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker that the set-up fetched."""
    data = Path(os.environ.get("REZONE_DATA_DIR", "var"))
    return (data / "assets" / "axe" / "axe.min.js").read_text(encoding="utf-8")
