"""One report of 74 communes as PDF: CPU seconds, memory and bytes, against bare Typst and against poppler.

Run: python -m tests.bench.report [DATA_DIR]
"""

import io
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypdf
import typst

from services.reports.assemble import assemble
from services.reports.renderers.html import render_html
from services.reports.renderers.pdf import render_pdf
from shared.settings import CommonSettings, load
from tests.reports_samples import subject

COMMUNES, ROUNDS = 74, 5
AIM_SECONDS = 1.0


def cpu(work: Callable[[], object]) -> float:
    """Least CPU seconds of this process and its children over the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        before = used()
        work()
        best = min(best, used() - before)
    return best


def used() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in each)


def bare_typst(fonts: Path, pages: int) -> Callable[[], object]:
    """Compile as many pages of plain text in the same font, tagged, without our template."""
    compiler = typst.Compiler(font_paths=[fonts], ignore_system_fonts=True)

    def compile_pages() -> object:
        # Another text each time, so that nothing comes from the cache.
        page = f"#{time.perf_counter_ns()} #lorem(450) #pagebreak(weak: true)"
        text = f'#set text(font: "Public Sans")\n#for _ in range({pages}) [{page}]'
        return compiler.compile(input=text.encode(), format="pdf")

    return compile_pages


def redraw(pdf: Path) -> None:
    """Poppler draws every page to a picture of 72 points an inch."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        raise SystemExit("pdftoppm (poppler-utils) est absent : sans lui, pas de comparaison.")
    subprocess.run([tool, "-r", "72", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)


def main() -> None:
    """Print each figure and its ratio."""
    given = {"data_dir": Path(sys.argv[1])} if len(sys.argv) > 1 else {}
    fonts = load(CommonSettings).model_copy(update=given).data_dir / "assets" / "fonts"
    names = iter(range(1_000_000))

    def ours() -> bytes:
        return render_pdf(assemble(subject(COMMUNES, nom=f"Territoire {next(names)}")), fonts)

    pdf = ours()
    pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    seconds = cpu(ours)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    document = assemble(subject(COMMUNES))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.pdf"
        file.write_bytes(pdf)
        peers = {
            "bare Typst, one page": cpu(bare_typst(fonts, 1)),
            f"bare Typst, {pages} pages": cpu(bare_typst(fonts, pages)),
            "poppler drawing the same file": cpu(lambda: redraw(file)),
        }
    print(f"report of {COMMUNES} communes: {pages} pages, {len(pdf) / 1000:.0f} kB, {memory:.0f} MB peak")
    print(f"  ours           {seconds:.3f} CPU s (aim: under {AIM_SECONDS:g})")
    tree, page = cpu(lambda: assemble(subject(COMMUNES))), cpu(lambda: render_html(document))
    print(f"  of which tree  {tree:.3f} CPU s; the same tree as HTML {page:.3f} CPU s")
    for name, peer in peers.items():
        print(f"  {name:30} {peer:.3f} CPU s, ours is {seconds / peer:.2f} times that")


if __name__ == "__main__":
    main()
