"""Releases refused for what another one published: before the audit, whatever their name, key or mended cut."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import asyncpg
import numpy as np
import pytest
from pydantic import SecretStr

from services.indicators.building.build import cut_rows
from services.indicators.catalogue import load_catalogue
from services.indicators.releases.audits import Attack
from services.indicators.releases.kept import Kept, from_arrays
from services.indicators.releases.raw_store import read_raw
from services.indicators.releases.release_commands import Wanted, activate, build_release
from services.indicators.synthetic import write_synthetic_folder
from shared.bus.memory import MemoryBus
from shared.errors import ReleaseConflict
from tests.integration.indicators.world import CODES, bus_with_geo, two_departements

MASTER = SecretStr("0123456789abcdef" * 4)
OTHER_MASTER = SecretStr("fedcba9876543210" * 4)
ATOMS = Wanted("atoms", master=MASTER)
HERE = Attack(workers=0)


@pytest.fixture
async def bus() -> AsyncIterator[MemoryBus]:
    async with bus_with_geo(two_departements()) as found:
        yield found


@dataclass
class Listener:
    """Hears whether an audit began."""

    began: list[str] = field(default_factory=list)

    def __call__(self, sentence: str, _: float | None) -> None:
        """Note what is being done."""
        self.began.append(sentence)


async def as_real(bus: MemoryBus, folder: Path, seed: int, vintage: str) -> Path:
    """Drawn counts taken for those of real people."""
    await write_synthetic_folder(bus, folder, seed=seed)
    _edit(folder, r"(?m)^vintage = .*$", f'vintage = "{vintage}"')
    _edit(folder, "synthetic = true", "synthetic = false")
    return folder


def _edit(folder: Path, pattern: str, text: str) -> None:
    toml = folder / "release.toml"
    toml.write_text(re.sub(pattern, text, toml.read_text(encoding="utf-8")), encoding="utf-8")


def with_nurses(folder: Path, seed: int) -> Path:
    """The same folder whose only professionals are nurses, of whom 0 to 9 are over 60 in each commune."""
    for file in (*folder.glob("professionals.csv*"), *folder.glob("activity*")):
        file.unlink()
    older = np.random.default_rng(seed).integers(0, 10, len(CODES)).tolist()
    lines = [f"infirmier,{code},{20 + count},{count}," for code, count in zip(CODES, older, strict=True)]
    header = "profession,commune,total,age_60_plus,age_65_plus"
    (folder / "professionals.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return folder


def known_with_a_neighbour(kept: Kept, path: Path) -> Path:
    """A file that tells the count of a commune too small to be shown together with one that is shown alone."""
    for piece in cut_rows(kept.raw, load_catalogue(), "atoms", two_sided=True):
        cut = kept.partition[piece.name]
        alone = np.bincount(cut.atom[piece.loaded], minlength=len(cut.shown))[cut.atom] == 1
        small, shown = np.flatnonzero(piece.unsafe & piece.loaded), np.flatnonzero(alone & piece.loaded)
        if piece.published and len(small) and len(shown):
            pair = [int(small[0]), int(shown[0])]
            codes = " ".join(kept.geography.codes[unit] for unit in pair)
            line = f"{piece.name},{codes},{piece.n[pair].sum()}"
            path.write_text(f"indicator,communes,total\n{line}\n", encoding="utf-8")
            return path
    raise AssertionError("no row has both a commune that is hidden and one shown alone")


async def test_another_key_makes_another_release_which_a_frozen_vintage_refuses(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    folder = await write_synthetic_folder(bus, tmp_path / "synthetique", seed=7)
    other_key = Wanted("atoms", master=OTHER_MASTER)
    one = await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)
    other = await build_release(folder, bus=bus, pool=pool, wanted=other_key)
    assert one.id != other.id
    await activate(pool, one.id, unaudited=True)
    with pytest.raises(ReleaseConflict, match="figé"):
        await build_release(folder, bus=bus, pool=pool, wanted=other_key)
    with pytest.raises(ReleaseConflict, match="figé"):
        await activate(pool, other.id, unaudited=True)
    assert (await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)).id == one.id


async def test_a_refusal_does_not_wait_for_the_audit(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    folder = await as_real(bus, tmp_path / "producteur", 7, "reel")
    listener = Listener()
    attack = Attack(workers=0, told=listener)
    first = await build_release(folder, bus=bus, pool=pool, wanted=replace(ATOMS, attack=attack))
    assert listener.began
    await activate(pool, first.id)
    listener.began.clear()
    for wanted in (
        Wanted("atoms", master=OTHER_MASTER, attack=attack),
        Wanted("commune-mask", attack=attack),
    ):
        with pytest.raises(ReleaseConflict, match="figé"):
            await build_release(folder, bus=bus, pool=pool, wanted=wanted)
    _edit(folder, '"reel"', '"autre"')
    with pytest.raises(ReleaseConflict, match="gardez leur identifiant"):
        await build_release(folder, bus=bus, pool=pool, wanted=Wanted(attack=attack))
    corrected = await as_real(bus, tmp_path / "corrige", 8, "reel")
    with pytest.raises(ReleaseConflict, match="figé"):
        await build_release(corrected, bus=bus, pool=pool, wanted=replace(ATOMS, attack=attack))
    assert not listener.began


async def test_what_an_audit_mended_is_still_the_same_release(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    folder = await as_real(bus, tmp_path / "producteur", 7, "reel")
    plain = await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)
    known = known_with_a_neighbour(from_arrays(await read_raw(pool, plain.id)), tmp_path / "connus.csv")
    told = replace(ATOMS, attack=Attack(externals=known, workers=0))
    mended = await build_release(folder, bus=bus, pool=pool, wanted=told)
    assert mended.id != plain.id
    await activate(pool, mended.id)
    # Without the file: what was declared for the vintage is not forgotten, and the same release comes back.
    again = await build_release(folder, bus=bus, pool=pool, wanted=replace(ATOMS, attack=HERE))
    assert (again.id, again.audited) == (mended.id, True)
    # As it was before it was mended, it is another mask.
    with pytest.raises(ReleaseConflict, match="figé"):
        await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)


async def test_professionals_of_the_year_before_are_refused_under_new_counts(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    for seed, vintage in ((7, "un"), (8, "deux")):
        # Other people, in other numbers: welcome.
        folder = with_nurses(await as_real(bus, tmp_path / vintage, seed, vintage), seed)
        facts = await build_release(folder, bus=bus, pool=pool, wanted=ATOMS)
        await activate(pool, facts.id, unaudited=True)
    copied = with_nurses(await as_real(bus, tmp_path / "trois", 9, "trois"), 8)
    with pytest.raises(ReleaseConflict, match="age_60_plus") as refused:
        await build_release(copied, bus=bus, pool=pool, wanted=ATOMS)
    assert refused.value.extensions["release"] == facts.id
    assert refused.value.extensions["indicators"] == ["age_60_plus.infirmier"]
