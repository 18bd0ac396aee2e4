"""What is kept beside a release comes back as it was, and nothing that answers can read it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from services.indicators.building.build import Choices
from services.indicators.folder.read import read_folder
from services.indicators.raw import RawByAge
from services.indicators.releases import raw_store
from services.indicators.releases.kept import Kept, from_arrays, to_arrays
from tests.first_cut import build
from tests.unit.indicators.worlds import CATALOGUE, geography, write_folder

CODES = ("83001", "83002", "83003", "13055")


def kept(folder: Path) -> Kept:
    world = geography(CODES)
    rows = [f"ald_08_diabete,{code},{7 * rank},5000" for rank, code in enumerate(CODES)]
    activity = [f"infirmier,{code},8,900,0.25" for code in CODES]
    write_folder(
        folder,
        counts=["indicator,commune,numerator,denominator", *rows],
        consumers=["commune,consumers", *(f"{code},9000" for code in CODES)],
        activity=["profession,commune,professionals,patients,largest_share", *activity],
    )
    raw, problems = read_folder(folder, CATALOGUE, world)
    assert raw is not None, problems
    built = build(raw, world, Choices("atoms", two_sided=True, key=b"k" * 32))
    return Kept(raw, world, built.partition)


def test_counts_communes_and_cut_come_back_as_they_were(tmp_path: Path) -> None:
    before = kept(tmp_path)
    after = from_arrays(to_arrays(before))
    assert after.raw.description == before.raw.description
    assert (after.raw.given, after.raw.regrouped) == (before.raw.given, before.raw.regrouped)
    arrays = after.raw.arrays()
    assert set(arrays) == set(before.raw.arrays())
    for name, array in before.raw.arrays().items():
        assert arrays[name].dtype == array.dtype, name
        np.testing.assert_array_equal(arrays[name], array, err_msg=name)
    for name in vars(before.geography):
        found, expected = getattr(after.geography, name), getattr(before.geography, name)
        np.testing.assert_array_equal(found, expected, err_msg=name)
    assert list(after.partition) == list(before.partition)
    for row, cut in before.partition.items():
        for name in ("atom", "shown", "known"):
            np.testing.assert_array_equal(
                getattr(after.partition[row], name), getattr(cut, name), err_msg=row
            )


def test_counts_by_age_come_back_too(tmp_path: Path) -> None:
    before = kept(tmp_path)
    ages = np.arange(len(CODES) * 6, dtype=np.int64).reshape(len(CODES), 2, 3)
    aged = replace(before, raw=replace(before.raw, by_age=RawByAge(ages, ages + 1)))
    after = from_arrays(to_arrays(aged)).raw.by_age
    assert after is not None
    np.testing.assert_array_equal(after.numerator, ages)
    np.testing.assert_array_equal(after.denominator, ages + 1)


def test_the_service_that_answers_imports_no_reader_of_raw_counts() -> None:
    program = f"import sys, services.indicators.app; print({raw_store.__name__!r} in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
