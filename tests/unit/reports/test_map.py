from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.map_labels import Wanted, place
from services.reports.svg_map import draw
from tests.reports_samples_geo import communes, territory_map
from tests.unit.reports.reader import HtmlReader

FRAME = (1700.0, 1800.0)
wanted = st.lists(
    st.builds(
        Wanted,
        code=st.integers(1000, 99999).map(str),
        nom=st.sampled_from(("Uzès", "Saint-Quentin-la-Poterie", "La Bastide-d’Engras", "Le Pin")),
        point=st.tuples(st.integers(0, 1700), st.integers(0, 1800)),
        width=st.integers(20, 600),
        weight=st.integers(0, 9),
    ),
    max_size=60,
    unique_by=lambda want: want.code,
)


@given(wanted)
def test_names_never_overlap_and_stay_in_the_frame(names: list[Wanted]) -> None:
    placed, boxes = place(names, FRAME, numbers=False)
    assert len(placed) == len(boxes)
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= FRAME[0] and box[3] <= FRAME[1] for box in boxes)


@given(wanted)
def test_every_commune_has_its_name_or_a_number_of_its_own(names: list[Wanted]) -> None:
    placed, _ = place(names, FRAME)
    assert sorted(label.code for label in placed) == sorted(name.code for name in names)
    numbers = sorted(label.number for label in placed if label.number is not None)
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_most_populous_commune_keeps_its_name() -> None:
    names = [
        Wanted("1", "Petite", (500, 500), 200, 1),
        Wanted("2", "Grande", (500, 500), 200, 9),
    ]
    placed, _ = place(names, FRAME)
    assert {label.lines[0]: label.number for label in placed}["Grande"] is None


@pytest.mark.parametrize("count", [1, 5, 150])
def test_the_map_is_well_formed_and_the_same_each_time(count: int) -> None:
    people = {commune.code: commune.population or 0 for commune in communes(count)}
    first = draw(territory_map(count), people)
    assert first == draw(territory_map(count), people)
    reader = HtmlReader()
    reader.feed(first.svg)
    assert reader.tags["path"] >= 2 * count


def test_what_a_number_stands_for_is_given_back() -> None:
    people = {commune.code: commune.population or 0 for commune in communes(150)}
    picture = draw(territory_map(150), people)
    assert [number for number, _ in picture.numbered] == list(range(1, len(picture.numbered) + 1))
    assert picture.numbered


def test_a_name_cannot_break_the_picture() -> None:
    base = territory_map(1)
    shapes = tuple(shape.model_copy(update={"nom": "<b>&\"'"}) for shape in base.shapes)
    picture = draw(base.model_copy(update={"shapes": shapes}), {})
    assert "<b>" not in picture.svg
