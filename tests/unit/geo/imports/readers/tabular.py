"""What tests of tabular readers share: a small book of codes, and workbooks written by hand."""

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from services.geo.imports.reading import FileReading
from services.geo.layers.kinds import Layer, Row

Cell = str | float | int | None
NAMESPACE = "http://schemas.openxmlformats.org"
TYPES = (
    f'<Types xmlns="{NAMESPACE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
WORKBOOK = f'xmlns="{NAMESPACE}/spreadsheetml/2006/main"'
RELATION = f"{NAMESPACE}/officeDocument/2006/relationships"
RELATIONS = f'xmlns="{NAMESPACE}/package/2006/relationships"'


class SmallBook:
    """A country of a few communes: 01234 split, 83999 merged in 83001, the rest current."""

    cog = 2026
    communes = (
        "01001", "01002", "2A004", "2B033", "69123", "69381", "75056", "83001", "83002", "83003", "97101", "97411",
    )  # fmt: skip
    old: Mapping[str, tuple[str, ...]] = {"83999": ("83001",), "01234": ("01001", "01002")}

    def current(self, code: str) -> tuple[str, ...]:
        return (code,) if code in self.communes else self.old.get(code, ())

    def departements(self) -> Collection[str]:
        return ("01", "2A", "2B", "69", "75", "83", "971", "974")

    def bounds(self, departement: str) -> tuple[float, float, float, float] | None:
        return None

    def covered(self, wkb: bytes, share: float) -> tuple[str, ...]:
        return ()


BOOK = SmallBook()


def silent(_: str, __: float | None) -> None:
    """Progress nobody listens to."""


def written(folder: Path, content: str | bytes, name: str = "fichier_2025.csv") -> Path:
    """A file of this content (text: UTF-8)."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """An XLSX of these sheets, as small as Excel opens it."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{RELATION}/worksheet" Target="worksheets/s{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "_rels/.rels",
            f"<Relationships {RELATIONS}><Relationship "
            f'Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {WORKBOOK} xmlns:r="{RELATION}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f"<Relationships {RELATIONS}>{related}</Relationships>"
        )
        for at, name in enumerate(names, 1):
            rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in sheets[name])
            archive.writestr(
                f"xl/worksheets/s{at}.xml", f"<worksheet {WORKBOOK}><sheetData>{rows}</sheetData></worksheet>"
            )
    return held.getvalue()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def only_layer(reading: FileReading) -> Layer:
    """The layer of a file that holds one."""
    (layer,) = reading.layers
    return layer


def rows_of(reading: FileReading) -> set[Row]:
    """Rows of the one layer."""
    return set(only_layer(reading).rows)


def _cell(value: Cell) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"
