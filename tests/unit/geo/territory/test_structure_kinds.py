"""Kinds of structures: each FINESS category in one kind, each kind in one of three groups."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.geo.territory.structure_kinds import category_labels, kind_of, read_kinds, structure_kinds


def kinds(*genres: dict[str, Any]) -> dict[str, Any]:
    groups = [{"id": "sanitaire", "libelle": "Sanitaire"}]
    return {"source": "essai", "date": "2026-05-05", "groupe": groups, "genre": list(genres)}


def genre(name: str, *codes: str, groupe: str = "sanitaire") -> dict[str, Any]:
    return {"id": name, "libelle": name, "groupe": groupe, "codes": codes}


@pytest.mark.parametrize(
    ("categorie", "kind", "group"),
    [
        ("355", "centre_hospitalier", "sanitaire"),
        ("101", "chr_chu", "sanitaire"),
        ("106", "hopital_proximite", "sanitaire"),
        ("365", "clinique", "sanitaire"),
        ("127", "had", "sanitaire"),
        ("114", "hopital_armees", "sanitaire"),
        ("141", "dialyse", "sanitaire"),
        ("109", "ssr", "sanitaire"),
        ("620", "pharmacie", "sanitaire"),
        ("611", "laboratoire", "sanitaire"),
        ("500", "ehpad", "medico_social"),
        ("354", "ssiad", "medico_social"),
        ("178", "caarud", "medico_social"),
        ("197", "csapa", "medico_social"),
        ("603", "maison_de_sante", "exercice_coordonne"),
        ("124", "centre_de_sante", "exercice_coordonne"),
        ("604", "cpts", "exercice_coordonne"),
        ("647", "equipe_de_soins", "exercice_coordonne"),
    ],
)
def test_the_categories_that_the_domain_names_are_in_their_kind(
    categorie: str, kind: str, group: str
) -> None:
    found = kind_of(categorie)
    assert found is not None
    assert (found.id, found.groupe) == (kind, group)


def test_a_category_that_no_kind_claims_has_none() -> None:
    assert kind_of("183") is None


def test_every_category_of_a_kind_has_a_name() -> None:
    assert set(structure_kinds().by_code()) <= set(category_labels())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (kinds(genre("a", "355"), genre("b", "355")), "given twice: 355"),
        (kinds(genre("a", "355"), genre("a", "365")), "given twice: a"),
        (kinds(genre("a", "355", groupe="autre")), "unknown groups: autre"),
        (kinds(genre("a")), "at least 1"),
    ],
)
def test_kinds_that_contradict_each_other_are_refused(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        read_kinds(document)
