"""What is kept beside a release, as arrays and back: raw counts, where communes lay, how rows were cut. No I/O.

An audit made later sees what the builder saw, without the key and whatever the reference has become.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import orjson

from services.indicators.folder.description import Description
from services.indicators.geography import Geography
from services.indicators.raw import RawByAge, RawCounts, RawReferences, RawRelease, RawSupply
from services.indicators.release import Array
from services.indicators.secrecy.piece import Cut, Partition
from shared.schemas.geo import Zonage

PARTS = {"counts": RawCounts, "references": RawReferences, "supply": RawSupply, "by_age": RawByAge}
NO_EPCI = ""


@dataclass(frozen=True, repr=False)
class Kept:
    """What an audit starts from; `first`: id that the release had before anything was mended, to know it again."""

    raw: RawRelease
    geography: Geography
    partition: Partition
    first: str = ""


def to_arrays(kept: Kept) -> dict[str, Array]:
    """Arrays by name, counts in 32 bits (the loader refuses more)."""
    raw = kept.raw
    said = {
        "description": raw.description.model_dump(mode="json"),
        "given": sorted(raw.given),
        "regrouped": raw.regrouped,
        "cog": kept.geography.cog,
        "dataset": kept.geography.dataset,
        "first": kept.first,
    }
    arrays = {**raw.arrays(), **_of_geography(kept.geography), **_of_partition(kept.partition)}
    narrow = {name: a.astype(np.int32) if a.dtype == np.int64 else a for name, a in arrays.items()}
    return {"said": np.frombuffer(orjson.dumps(said), dtype=np.uint8), **narrow}


def from_arrays(arrays: Mapping[str, Array]) -> Kept:
    """What was kept. Raises KeyError where an array is not there."""
    said = orjson.loads(arrays["said"].tobytes())
    counts = {name: array for name, array in arrays.items() if not name.startswith(("geography.", "cut."))}
    wide = {name: a.astype(np.int64) if a.dtype == np.int32 else a for name, a in counts.items()}
    parts = {
        name: shape(**{field.name: wide[f"{name}.{field.name}"] for field in fields(shape)})
        for name, shape in PARTS.items()
        if name != "by_age" or "by_age.numerator" in wide
    }
    raw = RawRelease(
        description=Description.model_validate(said["description"]),
        given=frozenset(said["given"]),
        regrouped=said["regrouped"],
        consumers=wide["consumers"],
        population=wide["population"],
        **parts,
    )
    geography = _geography(arrays, said["cog"], said["dataset"])
    return Kept(raw, geography, _partition(arrays), first_of(arrays))


def first_of(arrays: Mapping[str, Array]) -> str:
    """Id of the release before anything was mended; empty where an earlier version of the code kept none."""
    said = arrays.get("said")
    first: str = "" if said is None else orjson.loads(said.tobytes()).get("first", "")
    return first


def _of_geography(geography: Geography) -> dict[str, Array]:
    texts = {
        "codes": geography.codes,
        "departements": geography.departements,
        "regions": geography.regions,
        "zonages": [zonage.value for zonage in geography.zonages],
        "epcis": [epci or NO_EPCI for epci in geography.epcis],
    }
    numbers = {name: getattr(geography, name) for name in ("centres", "populations", "whole", "villes")}
    return {f"geography.{name}": np.array(values, dtype="S") for name, values in texts.items()} | {
        f"geography.{name}": values for name, values in numbers.items()
    }


def _geography(arrays: Mapping[str, Array], cog: int, dataset: str) -> Geography:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(arrays[f"geography.{name}"].astype(str).tolist())

    return Geography(
        codes=texts("codes"),
        departements=texts("departements"),
        regions=texts("regions"),
        zonages=tuple(Zonage(value) for value in texts("zonages")),
        epcis=tuple(epci or None for epci in texts("epcis")),
        centres=arrays["geography.centres"],
        populations=arrays["geography.populations"].astype(np.int64),
        whole=arrays["geography.whole"],
        villes=arrays["geography.villes"].astype(np.intp),
        cog=cog,
        dataset=dataset,
    )


def _of_partition(partition: Partition) -> dict[str, Array]:
    cuts = list(partition.values())
    if not cuts:
        return {}
    return {
        "cut.rows": np.array(list(partition), dtype="S"),
        "cut.atom": np.stack([cut.atom for cut in cuts]),
        "cut.labels": np.array([len(cut.shown) for cut in cuts], dtype=np.int32),
        "cut.shown": np.concatenate([cut.shown for cut in cuts]),
        "cut.known": np.concatenate([cut.known for cut in cuts]),
    }


def _partition(arrays: Mapping[str, Array]) -> Partition:
    if "cut.rows" not in arrays:
        return {}
    ends = np.cumsum(arrays["cut.labels"])[:-1]
    shown, known = np.split(arrays["cut.shown"], ends), np.split(arrays["cut.known"], ends)
    rows = arrays["cut.rows"].astype(str).tolist()
    return {row: Cut(arrays["cut.atom"][rank], shown[rank], known[rank]) for rank, row in enumerate(rows)}
