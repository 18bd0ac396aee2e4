from services.reports.fingerprint import edition, filename, fingerprint, key
from shared.schemas.reports import ReportFormat
from tests.reports_samples import catalogue, diagnostic, subject
from tests.reports_samples_geo import territory_map

PDF, HTML = ReportFormat.PDF, ReportFormat.HTML


def digest(count: int = 5, form: ReportFormat = PDF, made_by: str = "e", nom: str | None = None) -> str:
    return fingerprint(diagnostic(count, nom=nom), catalogue(), territory_map(count), form, made_by)


def test_the_same_inputs_have_the_same_fingerprint() -> None:
    assert digest() == digest()


def test_territory_name_format_and_edition_each_change_it() -> None:
    assert len({digest(), digest(4), digest(nom="Est-Var"), digest(form=HTML), digest(made_by="f")}) == 5


def test_an_edition_is_stable() -> None:
    assert edition() == edition()
    assert len(edition()) == 12


def test_documents_are_spread_by_the_first_digits_of_their_fingerprint() -> None:
    assert key("ab12", PDF) == "reports/ab/ab12.pdf"


def test_a_file_name_is_plain_ascii() -> None:
    assert filename(subject(), PDF) == "diagnostic-frejus-et-4-autres-communes.pdf"
    assert filename(subject(nom="L'Haÿ-les-Roses / Œuvre"), HTML) == "diagnostic-l-hay-les-roses-oeuvre.html"
    assert len(filename(subject(nom="x" * 120), PDF)) <= 80
