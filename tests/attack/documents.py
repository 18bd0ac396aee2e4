"""Attacks on documents: whatever a format prints beyond what the answers tell."""

import io
import re
from collections.abc import Iterator
from html import unescape

from pypdf import PdfReader

from tests.attack.facts import Claim
from tests.attack.session import Session

FORMATS = ("json", "html", "pdf")
SAMPLE = 4
ROW = re.compile(r'<th scope="row"[^>]*>.*?</tr>', re.DOTALL)
TITLE = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
SMALL = re.compile(r"<small>.*?</small>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
SPACES = re.compile(r"[\s\u00a0\u202f]+")
WHOLE = re.compile(r"\d{1,3}(?: \d{3})*\*?")
# Rate, then count, follow the title of an indicator.
COUNT_CELL = 1


def documents(session: Session) -> None:
    """Ask documents of a few communes that hide most, in every format, and read them against the answers."""
    by_hidden = sorted(
        session.singles,
        key=lambda commune: -sum(one.count is None for one in session.ask(commune, "alone").values()),
    )
    for commune in by_hidden[:SAMPLE]:
        codes = session.ground.named(commune)
        replies = {form: session.api.document(codes, form) for form in FORMATS}
        if replies["json"].status == 200:
            _json(session, commune, replies["json"].json())
        if replies["html"].status == 200:
            page = replies["html"].body.decode()
            session.claims += printed_counts(session, commune, page)
            if replies["pdf"].status == 200:
                _pdf(session, commune, replies["pdf"].body, page)


def _json(session: Session, commune: int, document: dict[str, object]) -> None:
    told = document.get("diagnostic", document)
    if isinstance(told, dict):
        session.facts += session.reader.facts(told, commune, "documents")


def printed_counts(session: Session, commune: int, page: str) -> Iterator[Claim]:
    """A claim for each count printed in a page beside an indicator whose answer hides it."""
    code = session.ground.named(commune)[0]
    for name, text in _hidden_rows(session, commune, page):
        values = [_plain(SMALL.sub("", cell)) for cell in CELL.findall(text)]
        if len(values) > COUNT_CELL and WHOLE.fullmatch(values[COUNT_CELL]):
            count = int(values[COUNT_CELL].replace(" ", "").rstrip("*"))
            yield Claim(name, code, count, count, "documents")


def _hidden_rows(session: Session, commune: int, page: str) -> Iterator[tuple[str, str]]:
    """Rows of the page, as they are written, of indicators that the answer hides."""
    told = session.ask(commune, "alone")
    named = {_plain(title): name for name, title in session.knowledge.titles.items()}
    for line in ROW.findall(page):
        title = TITLE.search(line)
        name = named.get(_plain(SMALL.sub("", title[1]))) if title else None
        if name in told and told[name].count is None:
            yield name, line


def _pdf(session: Session, commune: int, body: bytes, page: str) -> None:
    """The same document in another format says the same of what is hidden: row by row, spaces apart."""
    code = session.ground.named(commune)[0]
    reader = PdfReader(io.BytesIO(body))
    printed = SPACES.sub("", " ".join(sheet.extract_text() for sheet in reader.pages)).replace("’", "'")
    for name, text in _hidden_rows(session, commune, page):
        if SPACES.sub("", _plain(text)) not in printed:
            session.leaks.append(f"documents: the PDF of {code} tells {name} otherwise than the page")
    if len(reader.attachments):
        session.leaks.append(f"documents: the PDF of {code} carries attachments")


def _plain(text: str) -> str:
    return SPACES.sub(" ", unescape(TAG.sub(" ", text)).replace("’", "'")).strip()
