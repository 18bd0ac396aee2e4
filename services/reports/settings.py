"""Settings of the reports service, read from REZONE_REPORTS_*."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from shared.settings import CommonSettings


class ReportsSettings(CommonSettings):
    """How documents are rendered: how many processes, when each is replaced, how many wait, how long one may take."""

    prefix: ClassVar[str] = "REZONE_REPORTS_"

    workers: int = Field(default=1, ge=1, le=64)
    recycle_after: int = Field(default=300, ge=1, description="documents avant de remplacer un ouvrier")
    waiting: int = Field(default=40, ge=0, le=10_000, description="documents en attente d’un ouvrier")
    render_seconds: int = Field(default=50, ge=1, le=600, description="secondes, sans l’attente")

    @property
    def fonts(self) -> Path:
        """Folder of the fonts that the set-up fetched."""
        return self.data_dir / "assets" / "fonts"
