"""What official files of shapes call their columns, and why one that lacks them is refused. Values and words only."""

from collections.abc import Sequence

from services.geo.imports.readers.recognise import by_columns
from services.geo.imports.readers.refusal import refuse
from services.geo.imports.readers.vectors import VectorLayer
from shared.errors import BadReference

COMMUNE_CODES = ("insee_com", "code_insee", "codgeo", "code_commune", "com_code", "insee", "code")
QPV_CODES = ("code_qp", "code_qpv", "codeqpv", "code_quartier")


def lacking(file: str, wanted: str, layers: Sequence[VectorLayer], command: str) -> BadReference:
    """The problem to raise where no layer has the columns wanted: which there are, and which import takes them."""
    if not any(layer.count for layer in layers):
        return refuse(file, "aucune forme à l’intérieur")
    columns = tuple(dict.fromkeys(name for layer in layers for name in layer.columns))
    reason = f"aucune colonne {wanted} (colonnes\u00a0: {', '.join(columns[:12]) or 'aucune'})"
    likely = by_columns(columns)
    if likely and likely != command:
        reason += f". Le fichier semble se lire par «\u00a0rezone import {likely}\u00a0»"
    return refuse(file, reason)
