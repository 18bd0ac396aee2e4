from dataclasses import replace

import pytest

from services.reports.assemble import assemble
from services.reports.document import Cell, Column, Figure, Notice, Row, Section, Table
from services.reports.subject import areas
from shared.schemas.base import Place
from shared.schemas.geo import TerritoryMap, Zonage
from shared.schemas.indicators import Level, Neutralised, Reference, Status, Value
from tests.reports_samples import diagnostic, subject
from tests.unit.reports.trees import all_of, changed, nodes, row, table

LEFT_OUT = Neutralised(communes=(Place(code="83001", nom="Les Adrets-de-l'Estérel"),), rate=20)


def test_the_same_subject_makes_the_same_document() -> None:
    assert assemble(subject(74)) == assemble(subject(74))


def test_sections_come_in_the_order_of_the_spec_and_are_numbered() -> None:
    document = assemble(subject(74))
    assert [section.id for section in document.sections] == [
        "carte",
        "territoire",
        "population",
        "missions",
        "pathologies",
        "offre",
        "financement",
        "sources",
        "annexe",
    ]
    assert document.sections[0].title == "1. La carte"
    assert document.sections[-1].title == "Annexe"


@pytest.mark.parametrize("count", [1, 5, 74, 150])
def test_every_identifier_is_used_once(count: int) -> None:
    ids = [node.id for node in nodes(assemble(subject(count))) if isinstance(node, Section | Table | Figure)]
    assert len(ids) == len(set(ids))


def test_a_synthetic_release_is_stamped_and_a_real_audited_one_is_not() -> None:
    assert assemble(subject()).stamps == ("Données synthétiques", "Non audité")
    assert assemble(subject(synthetic=False, audited=True)).stamps == ()
    assert assemble(subject(synthetic=False, audited=True)).cover.notices == ()


def test_the_date_is_that_of_the_release() -> None:
    assert assemble(subject()).date == "2026-11-22"


def test_a_row_has_a_cell_under_each_column() -> None:
    with pytest.raises(ValueError, match="1 cells under 2 columns"):
        Table("t", "Titre", (Column("a"), Column("b")), (Row((Cell("seul"),)),))


def test_the_total_says_how_many_communes_are_in_zip_or_zac() -> None:
    communes = table(subject(), "communes")
    assert row(communes, "Total\u00a0: 5\u00a0communes") == (
        "Total\u00a0: 5\u00a0communes",
        "",
        "112\u202f812",
        "2",
        "2 sur 5",
    )


def test_an_unknown_zonage_is_never_taken_for_hors_zone() -> None:
    base = subject()
    place = base.territory
    communes = (place.communes[0].model_copy(update={"zonage": Zonage.INCONNU}), *place.communes[1:])
    found = table(changed(base, territory=place.model_copy(update={"communes": communes})), "communes")
    assert [line.cells[4].text for line in found.rows[:3]] == ["inconnu", "–", "–"]


def test_an_indicator_shows_its_rate_count_and_differences() -> None:
    found = table(subject(), "famille-acces")
    assert [column.label for column in found.columns[4:]] == ["Var", "Provence-Alpes-Côte d’Azur", "France"]
    line = next(line for line in found.rows if line.cells[0].text == "Patients sans médecin traitant")
    assert [cell.text for cell in line.cells[1:4]] == ["9,8\u202f%", "10\u202f598", "0"]
    assert [(cell.text, cell.detail) for cell in line.cells[4:]] == [
        ("9,2\u202f%", "+0,6"),
        ("10,8\u202f%", "−1"),
        ("10,9\u202f%", "−1,1"),
    ]


def test_the_count_of_a_country_has_room() -> None:
    base = subject()
    counts = tuple(
        answer.model_copy(
            update={
                "unit": "count",
                "references": tuple(
                    reference.model_copy(update={"count": 53_587_026}) for reference in answer.references
                ),
            }
        )
        for answer in base.diagnostic.indicators
    )
    wide = table(changed(base, indicators=counts), "famille-acces").columns[4:]
    narrow = table(base, "famille-acces").columns[4:]
    assert all(column.weight > 1.8 for column in wide)
    assert all(column.weight == 1.4 for column in narrow)


def test_a_long_list_of_neutralised_communes_goes_to_the_annex() -> None:
    found = table(subject(74), "famille-acces")
    assert found.notes[-2:-1] == ("Les listes de plus de 8\u00a0communes sont en annexe.",)
    annexed = table(subject(74), "neutralisees")
    left_out = next(
        answer for answer in diagnostic(74).indicators if answer.id == "sans_mt_ald_17_plus"
    ).neutralised.communes
    listed = row(annexed, "Patients en ALD sans médecin traitant")
    assert listed[1] == str(len(left_out))
    assert listed[2].count(",") == len(left_out) - 2


def test_a_suppressed_value_is_a_sign_with_its_meaning_and_never_zero() -> None:
    found = table(subject(1), "famille-vaccination")
    assert row(found, "Vaccination contre la rougeole, les oreillons et la rubéole")[1:3] == ("s.", "s.")
    assert any(note.startswith("s.\u00a0: valeur non montrée") for note in found.notes)
    assert not any("calculée sans" in note for note in found.notes)


def test_ages_of_a_profession_too_small_are_a_sign() -> None:
    found = next(t for t in all_of(assemble(subject()), Table) if t.caption == "Auxiliaires médicaux")
    assert row(found, "Orthoptistes") == ("Orthoptistes", "4", "s.", "s.")


def test_ages_without_some_communes_say_out_of_how_many_professionals() -> None:
    base = subject()
    aged = Value(status=Status.PUBLISHED, value=17, neutralised=LEFT_OUT, professionals=40)
    lines = tuple(
        line.model_copy(update={"age_60_plus": aged}) if line.profession == "infirmier" else line
        for line in base.diagnostic.demography
    )
    document = assemble(changed(base, demography=lines))
    found = next(t for t in all_of(document, Table) if t.caption == "Auxiliaires médicaux")
    assert row(found, "Infirmiers") == ("Infirmiers", "365", "17 sur 40\u00a0*", "6")
    assert any(note.startswith("* Âges comptés sans les communes neutralisées") for note in found.notes)


@pytest.mark.parametrize("neutralised", [None, Neutralised(communes=(), rate=0)])
def test_ages_of_every_commune_stand_beside_the_headcount(neutralised: Neutralised | None) -> None:
    base = subject()
    aged = Value(status=Status.PUBLISHED, value=17, neutralised=neutralised, professionals=365)
    lines = tuple(line.model_copy(update={"age_60_plus": aged}) for line in base.diagnostic.demography)
    document = assemble(changed(base, demography=lines))
    found = next(t for t in all_of(document, Table) if t.caption == "Auxiliaires médicaux")
    assert row(found, "Infirmiers")[2] == "17"
    assert not any(note.startswith("*") for note in found.notes)


@pytest.mark.parametrize(("table_id", "header"), [("patients", "Infirmiers"), ("actes", "Consultations")])
def test_a_mean_without_some_communes_is_starred(table_id: str, header: str) -> None:
    base = subject()
    lines = tuple(
        line.model_copy(
            update={
                "patients_par_professionnel": without_some(line.patients_par_professionnel),
                "actes": tuple(
                    act.model_copy(
                        update={"quantity_per_professional": without_some(act.quantity_per_professional)}
                    )
                    for act in line.actes
                ),
            }
        )
        for line in base.diagnostic.activity
    )
    starred, plain = table(changed(base, activity=lines), table_id), table(base, table_id)
    assert row(starred, header)[1] == row(plain, header)[1] + "\u00a0*"
    assert starred.notes[0].startswith("* Moyenne")
    assert not any(note.startswith("*") for note in plain.notes)
    # What is hidden has no star to explain.
    assert all(line.cells[1].text == "s." for line in starred.rows if not line.cells[1].text.endswith("*"))


def test_a_commune_that_the_data_do_not_know_is_never_said_to_have_no_professional() -> None:
    base = subject()
    everywhere = tuple(Place(code=c.code, nom=c.nom) for c in base.territory.communes)
    absent = {"communes_absentes": everywhere, "communes": ()}
    heads = tuple(line.model_copy(update={**absent, "total": None}) for line in base.diagnostic.demography)
    active = tuple(
        line.model_copy(update={"communes_absentes": everywhere, "professionals": 0})
        for line in base.diagnostic.activity
    )
    bare = changed(base, demography=heads, activity=active)
    assert {cell.text for line in table(bare, "effectifs-communes").rows for cell in line.cells[1:]} == {
        "n.d."
    }
    assert {line.cells[1].text for line in table(bare, "neutralisation-activite").rows} == {"n.d."}


def without_some(value: Value) -> Value:
    return value.model_copy(update={"neutralised": LEFT_OUT, "professionals": 40})


def test_a_split_with_a_part_too_small_is_not_drawn() -> None:
    base = subject()
    hidden = base.diagnostic.splits[0].model_copy(update={"status": Status.SUPPRESSED, "cells": ()})
    titles = [notice.title for notice in all_of(assemble(changed(base, splits=(hidden,))), Notice)]
    assert "Médecin traitant et complémentaire santé solidaire" in titles


def test_a_hidden_split_gives_both_reasons_it_may_have() -> None:
    base = subject()
    hidden = base.diagnostic.splits[0].model_copy(update={"status": Status.SUPPRESSED, "cells": ()})
    (text,) = [
        notice.text
        for notice in all_of(assemble(changed(base, splits=(hidden,))), Notice)
        if "répartition" in notice.text
    ]
    assert "trop peu de personnes" in text
    assert "même population" in text


def test_a_split_that_the_release_lacks_is_not_said_to_be_hidden() -> None:
    base = subject()
    absent = base.diagnostic.splits[0].model_copy(update={"status": Status.UNAVAILABLE, "cells": ()})
    notices = all_of(assemble(changed(base, splits=(absent,))), Notice)
    assert not any("trop peu" in notice.text for notice in notices)


def test_a_departement_and_a_region_of_one_name_are_told_apart() -> None:
    levels: tuple[tuple[Level, str], ...] = (("departement", "974"), ("region", "04"))
    reunion = [Reference(level=level, code=code, nom="La Réunion", rate=1.0) for level, code in levels]
    assert [area.nom for area in areas(tuple(reunion))] == ["La Réunion (département)", "La Réunion (région)"]


def test_a_chosen_pathology_comes_after_the_first_ones() -> None:
    assert [line.cells[0].text for line in table(subject(), "ald-choisies").rows] == [
        "Maladie d’Alzheimer et autres démences"
    ]


def test_both_scales_are_named_and_dated() -> None:
    notes = [table(subject(), f"financement-{scale}").notes[0] for scale in ("aci-2019", "projet-2019")]
    assert "20\u00a0juin\u00a02019" in notes[0]
    assert "avril" in notes[1]


def test_a_commune_without_polygon_still_counts_and_is_said_to_be_off_the_map() -> None:
    base = subject(1)
    empty = TerritoryMap(
        epsg=2154, projection="Lambert-93", width=1700, height=10, metres_par_mm=100, shapes=(), sources=()
    )
    document = assemble(replace(base, territory_map=empty))
    assert not all_of(document, Figure)
    assert "Pas de carte" in [notice.title for notice in all_of(document, Notice)]
    # A page for one sentence would be lost.
    assert not document.sections[1].new_page


def test_a_release_without_any_figure_still_makes_a_document() -> None:
    base = subject()
    bare = changed(base, indicators=(), splits=(), top_ald=(), demography=(), activity=())
    assert "missions" not in [section.id for section in assemble(bare).sections]


def test_headcounts_of_many_communes_go_to_the_annex() -> None:
    assert "effectifs-communes" in [t.id for t in all_of(assemble(subject(5)), Table)]
    annex = assemble(subject(74)).sections[-1]
    assert [node.id for node in annex.nodes if isinstance(node, Table)] == [
        "neutralisees",
        "effectifs-communes",
    ]


def test_a_territory_in_pieces_and_in_two_departements_is_told_so() -> None:
    text = repr(assemble(subject(74)).sections[1])
    assert "en 2\\xa0morceaux" in text
    assert "relèvent de 2\\xa0départements" in text


def test_no_text_has_a_typewriter_apostrophe_or_a_breaking_space_before_a_mark() -> None:
    for text in texts(assemble(subject(74, nom="L'Uzège"))):
        assert "'" not in text, text
        assert not any(f" {mark}" in text for mark in ":;!?%»"), text


def texts(value: object) -> list[str]:
    if isinstance(value, Figure):
        return [value.alt, value.caption]
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts(item)]
    slots = getattr(value, "__slots__", ())
    return [text for slot in slots for text in texts(getattr(value, slot))]
