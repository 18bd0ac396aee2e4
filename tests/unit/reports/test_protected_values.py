"""How sure a value is, what it leaves out and why: marks, notes and rules, under either policy."""

import orjson
import pytest

from services.reports.assemble import assemble
from services.reports.document import Bullets, Paragraph, Table
from services.reports.renderers.pdf import UNWRITABLE
from services.reports.subject import Subject
from shared.schemas.base import Place
from shared.schemas.indicators import Interval, Neutralised, Status, Value
from tests.reports_samples import subject
from tests.unit.reports.trees import all_of, changed, row, table

SUBTRACTION = "effectif caché pour qu’un autre ne se retrouve pas par soustraction"
OVERFLOW = "groupe de communes qui déborde du territoire"
LEFT_OUT = Neutralised(communes=(Place(code="83001", nom="Les Adrets-de-l'Estérel"),), rate=20)


def under(policy: str, count: int = 5) -> Subject:
    base = subject(count)
    return changed(base, release=base.release.model_copy(update={"policy": policy}))


def rules(policy: str) -> tuple[str, ...]:
    return all_of(assemble(under(policy)), Bullets)[-1].items


def test_a_rate_says_how_sure_it_is_and_which_differences_chance_could_make() -> None:
    found = table(subject(), "famille-acces")
    line = next(
        line for line in found.rows if line.cells[0].text == "Patients avec la CSS sans médecin traitant"
    )
    assert line.cells[1].detail == "0,8\u00a0à\u00a01,4"
    assert [cell.detail for cell in line.cells[4:]] == ["−0,1\u00a0≈", "−0,5", "−0,3\u00a0≈"]
    assert any(note.startswith("≈\u00a0: écart trop petit") for note in found.notes)


def test_a_mark_that_no_row_bears_is_not_explained() -> None:
    assert not any("≈" in note for note in table(subject(), "famille-parcours").notes)


def test_a_long_interval_has_room() -> None:
    base = subject()
    wide = Interval(low=1_234.5, high=1_250.3, method="byar")
    answers = tuple(answer.model_copy(update={"interval": wide}) for answer in base.diagnostic.indicators)
    found = table(changed(base, indicators=answers), "famille-acces")
    assert found.columns[1].weight > 1.3 * table(base, "famille-acces").columns[1].weight


def test_a_row_without_some_communes_is_starred_throughout_and_names_them() -> None:
    found = table(subject(), "famille-acces")
    assert row(found, "Patients avec la CSS sans médecin traitant")[1:4] == (
        "1,1\u202f%\u00a0*",
        "1\u202f139\u00a0*",
        "1 sur 5",
    )
    assert any("Les Adrets-de-l’Estérel" in note for note in found.notes)


@pytest.mark.parametrize("count", [1, 5, 74])
def test_the_values_of_a_row_are_starred_together(count: int) -> None:
    for found in all_of(assemble(subject(count)), Table):
        if [column.label for column in found.columns[1:3]] not in (
            ["Territoire", "Nombre"],
            ["Part", "Nombre"],
        ):
            continue
        for line in found.rows:
            stars = {cell.text.endswith("*") for cell in line.cells[1:3] if cell.value is not None}
            assert len(stars) <= 1, line


@pytest.mark.parametrize(("policy", "reason"), [("commune-mask", SUBTRACTION), ("atoms", OVERFLOW)])
def test_every_note_of_neutralised_communes_gives_the_reasons_of_the_policy(policy: str, reason: str) -> None:
    base = under(policy)
    part = Value(status=Status.PUBLISHED, value=17, neutralised=LEFT_OUT, professionals=40)
    document = assemble(
        changed(
            base,
            demography=tuple(
                line.model_copy(update={"age_60_plus": part}) for line in base.diagnostic.demography
            ),
            activity=tuple(
                line.model_copy(update={"patients_par_professionnel": part})
                for line in base.diagnostic.activity
            ),
        )
    )
    reasons = [
        note
        for found in all_of(document, Table)
        for note in found.notes
        if note.startswith(("* Valeur", "* Âges", "* Moyenne"))
    ]
    assert {note[:4] for note in reasons} == {"* Va", "* Âg", "* Mo"}
    for note in reasons:
        assert reason in note
        assert "absence de donnée" in note


def test_a_commune_may_be_hidden_for_the_sake_of_another() -> None:
    (rule,) = [text for text in rules("commune-mask") if "neutralisée pour lui" in text]
    assert "même si leur effectif est assez grand" in rule
    assert "soustrayant" in rule
    assert not any("groupe" in text for text in rules("commune-mask"))


def test_a_small_commune_inside_a_whole_group_is_not_said_to_be_left_out() -> None:
    (rule,) = [text for text in rules("atoms") if "groupes" in text]
    assert "Un groupe tout entier dans le territoire est compté avec toutes ses communes." in rule
    assert "Un groupe qui en déborde est neutralisé" in rule
    (threshold,) = [text for text in rules("atoms") if "11\u00a0personnes" in text]
    assert threshold.endswith("n’est jamais montrée pour cette commune seule.")


@pytest.mark.parametrize(
    ("policy", "unit"), [("commune-mask", "dans les communes"), ("atoms", "par groupes")]
)
def test_activity_is_said_to_be_shown_by_what_the_policy_shows(policy: str, unit: str) -> None:
    paragraphs = [node.text for node in all_of(assemble(under(policy)), Paragraph)]
    (intro,) = [text for text in paragraphs if text.startswith("L’activité d’une profession")]
    assert unit in intro


def test_the_share_of_neutralised_communes_is_not_taken_for_a_share_of_people() -> None:
    assert any("leur part parmi les communes du territoire" in text for text in rules("atoms"))


@pytest.mark.parametrize("policy", ["commune-mask", "atoms"])
@pytest.mark.parametrize("count", [1, 5, 74, 150])
def test_the_font_of_the_pdf_has_every_letter_of_a_document(policy: str, count: int) -> None:
    written = orjson.dumps(assemble(under(policy, count))).decode()
    assert "≈" in written
    assert UNWRITABLE.findall(written) == []
