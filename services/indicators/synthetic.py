"""The synthetic release of DOMAIN §7: a producer's folder for every commune, drawn from a seed."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from services.indicators.catalogue import load_catalogue
from services.indicators.geography import geography_of
from services.indicators.membership import ask_memberships
from services.indicators.synthesis.calibration import load_calibration
from services.indicators.synthesis.draw import Draw, world_of
from services.indicators.synthesis.files import write_files
from services.indicators.synthesis.people import draw_people
from services.indicators.synthesis.professionals import draw_professionals
from shared.bus.port import Bus
from shared.schemas.geo import Membership

SEED = 2022
Progress = Callable[[str], None]


async def write_synthetic_folder(
    bus: Bus, folder: Path, *, seed: int = SEED, progress: Progress = lambda _: None
) -> Path:
    """Draw the counts of the communes that geo knows and write them; the same seed gives the same bytes.

    Raises NoReference where no national reference is loaded.
    """
    memberships, dataset = await ask_memberships(bus)
    return await asyncio.to_thread(draw_folder, memberships, dataset.cog, folder, seed, progress)


def draw_folder(
    memberships: Sequence[Membership],
    cog: int,
    folder: Path,
    seed: int = SEED,
    progress: Progress = lambda _: None,
) -> Path:
    """Write the folder for these communes; `seed` is any non-negative integer."""
    calibration, catalogue = load_calibration(), load_catalogue()
    world = world_of(memberships)
    spreads = (calibration.spread_departements, calibration.spread_communes)
    draw = Draw(world, np.random.default_rng(seed), spreads)
    progress("Tirage des habitants et de leurs indicateurs…")
    people = draw_people(draw, calibration, catalogue)
    progress("Tirage des professionnels et de leur activité…")
    professionals = draw_professionals(draw, calibration, catalogue)
    progress("Écriture du dossier synthétique…")
    geography = geography_of(memberships, cog, "")
    write_files(folder, world, geography, people, professionals, seed)
    return folder
