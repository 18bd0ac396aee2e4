"""The catalogue holds every row of DOMAIN §3 and holds together."""

from importlib.resources import files

import pytest

from services.indicators.answers.catalogue_answer import describe
from services.indicators.catalogue import load_catalogue, parse_catalogue
from tests.golden import GOLDEN

TEXT = files("services.indicators").joinpath("data", "catalogue.toml").read_text(encoding="utf-8")
DOMAIN = [
    "population_par_age",
    "ald_17_plus",
    "css_17_plus",
    "consommants_17_plus",
    "consommants_70_plus",
    "sans_mt_17_plus",
    "sans_mt_ald_17_plus",
    "sans_mt_css_17_plus",
    "sans_mt_70_plus",
    "mt_css_17_plus",
    "mt_ald_17_plus",
    "sans_mt_zone_sous_dense",
    "passages_urgences_sans_hospitalisation",
    "admissions_directes_medecine",
    "polymedication_65_plus",
    "psychotropes_75_plus",
    "benzodiazepines_anxiolytiques",
    "benzodiazepines_hypnotiques",
    "antibioresistance",
    "antibioresistance_moins_4_ans",
    "antibioresistance_4_16_ans",
    "depistage_sein",
    "depistage_colorectal",
    "depistage_col_uterus",
    "vaccination_grippe_65_plus",
    "vaccination_grippe_a_risque",
    "vaccination_ror",
    "vaccination_meningocoque_c",
    "examen_bucco_dentaire",
]


def test_every_indicator_of_the_domain_is_declared() -> None:
    ids = {entry.id for entry in describe(load_catalogue()).indicators}
    assert set(DOMAIN) <= ids
    assert {line["id"] for line in GOLDEN["indicators"]} <= ids
    assert [int(name[4:6]) for name in load_catalogue().ald] == list(range(1, 31))


def test_adding_an_indicator_is_adding_an_entry() -> None:
    added = '[[indicator]]\nid = "ald_31_hors_liste"\ntitle = "ALD hors liste"\nfamily = "ald"\n'
    catalogue = parse_catalogue(TEXT + added)
    entry = catalogue.by_id["ald_31_hors_liste"]
    assert (entry.kind, entry.unit) == ("proportion", "percent")
    assert entry.id in catalogue.ald


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('family = "inconnue"', "unknown family"),
        ('family = "ald"\nparents = ["nulle_part"]', "nulle_part"),
        ('family = "ald"\nunit = "count"', "has the unit count"),
        ('family = "ald"\nkind = "count"\nunit = "count"', "a count has none"),
    ],
)
def test_an_entry_that_does_not_hold_together_is_refused(line: str, reason: str) -> None:
    head = '[[indicator]]\nid = "nouveau"\ntitle = "Nouveau"\n'
    body = 'kind = "proportion"\npopulation = "p"\nnumerator = "n"\ndenominator = "d"\nunit = "percent"\n'
    extra = "" if '"ald"' in line else body + 'direction = "neither"\n'
    with pytest.raises(ValueError, match=reason):
        parse_catalogue(TEXT + head + extra + line + "\n")


def test_an_id_declared_twice_is_refused() -> None:
    again = '[[indicator]]\nid = "ald_08_diabete"\ntitle = "Diabète"\nfamily = "ald"\n'
    with pytest.raises(ValueError, match="declared twice: ald_08_diabete"):
        parse_catalogue(TEXT + again)
