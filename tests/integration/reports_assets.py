"""Where the set-up put the fonts that documents are set in."""

import os
from pathlib import Path

FONTS = Path(os.environ.get("REZONE_DATA_DIR", "var")).resolve() / "assets" / "fonts"
