"""The territory: its communes one by one, their totals, and the checks of geography."""

from services.reports.document import Bullets, Cell, Column, Node, Notice, Row, Section, Table
from services.reports.sections.signs import public, signs_note
from services.reports.subject import Subject
from services.reports.typography import NBSP, NOT_APPLICABLE, counted, listing, number, typeset
from shared.schemas.geo import CommuneFacts, Territory, Zonage

ZONAGES = {Zonage.HZ: NOT_APPLICABLE, Zonage.INCONNU: "inconnu"}
# Beyond, the sentence would hide the others: the largest are named.
PIECES_NAMED = 8
ZONAGE_NOTE = (
    "Zonage médecin\u00a0: ZIP, zone d’intervention prioritaire\u202f; ZAC, zone d’action complémentaire\u202f; "
    "–, hors zone\u202f; inconnu, aucun zonage n’est chargé pour la commune."
)


def section(subject: Subject) -> Section:
    """Checks in a few sentences, then the table of communes, which reads well from 1 to 400 rows."""
    territory = subject.territory
    nodes: list[Node] = [Bullets(_checks(territory))]
    nodes += [Notice("À savoir", typeset(notice.detail)) for notice in territory.notices]
    nodes.append(_communes(territory))
    drawn = any(shape.role == "territoire" for shape in subject.territory_map.shapes)
    return Section("territoire", "Le territoire", tuple(nodes), new_page=drawn)


def _checks(territory: Territory) -> tuple[str, ...]:
    lines = [] if len(territory.communes) == 1 else [_continuity(territory)]
    lines += [_departements(territory), zoned(territory)]
    # The area is that of the communes with a polygon: the whole only where all have one.
    if territory.superficie_km2 and all(commune.contour for commune in territory.communes):
        density = territory.population / territory.superficie_km2
        lines.append(
            f"Il s’étend sur {number(territory.superficie_km2, 0)}{NBSP}km², "
            f"soit {counted(round(density), 'habitant')} au km²."
        )
    return tuple(lines)


def _continuity(territory: Territory) -> str:
    unchecked = sum(not commune.contour for commune in territory.communes)
    if len(territory.communes) - unchecked < 2:
        return "La continuité du territoire n’a pas pu être vérifiée, faute de contours."
    if len(territory.pieces) > 1:
        sentence = (
            f"Le territoire est en {counted(len(territory.pieces), 'morceau', 'morceaux')} "
            f"sans limite commune entre eux\u00a0: {_pieces(territory)}."
        )
    elif unchecked:
        sentence = "Les communes dont le contour est connu sont d’un seul tenant."
    else:
        sentence = "Le territoire est d’un seul tenant\u00a0: on passe d’une commune à l’autre par une limite commune."
    if unchecked:
        sentence += (
            f" {counted(unchecked, 'commune')} sans contour n’{'a' if unchecked == 1 else 'ont'} pas pu être "
        )
        sentence += "vérifiée." if unchecked == 1 else "vérifiées."
    return sentence


def _pieces(territory: Territory) -> str:
    communes = {commune.code: commune for commune in territory.communes}
    names = []
    for piece in territory.pieces[:PIECES_NAMED]:
        largest = max(piece.communes, key=lambda code: (communes[code].population or 0, code))
        others = len(piece.communes) - 1
        rest = f" avec {counted(others, 'autre commune', 'autres communes')}" if others else ""
        names.append(typeset(communes[largest].nom) + rest)
    more = len(territory.pieces) - PIECES_NAMED
    if more > 0:
        names.append(counted(more, "autre", "autres"))
    return listing(names)


def zoned(territory: Territory) -> str:
    """Sentence « n sur N communes en ZIP ou ZAC », which says how many communes have no known zonage."""
    zonage = territory.zonage
    if zonage.renseignees == 0:
        return "Le zonage médecin des communes n’est pas connu\u00a0: aucun n’est chargé."
    count = zonage.zip + zonage.zac
    unknown = zonage.communes - zonage.renseignees
    sentence = (
        f"{count} sur {counted(zonage.communes, 'commune')} en ZIP ou en ZAC "
        f"({zonage.zip} en ZIP, {zonage.zac} en ZAC)."
    )
    if unknown:
        sentence += f" Le zonage de {counted(unknown, 'commune')} n’est pas connu."
    return sentence


def _departements(territory: Territory) -> str:
    regions = listing(typeset(region.nom) for region in territory.regions)
    if len(territory.departements) == 1:
        only = territory.departements[0]
        where = f"{typeset(only.nom)} ({only.code}), région {regions}"
        if len(territory.communes) == 1:
            return f"La commune est dans le département\u00a0: {where}."
        return f"Toutes ses communes sont dans un seul département\u00a0: {where}."
    shares = listing(
        f"{typeset(share.nom)} ({counted(share.communes, 'commune')})" for share in territory.departements
    )
    return (
        f"Ses communes relèvent de {len(territory.departements)}\u00a0départements\u00a0: {shares}. "
        "C’est permis, mais plus lourd à conduire\u00a0: chaque caisse et chaque délégation est concernée."
    )


def _communes(territory: Territory) -> Table:
    with_cpts = any(commune.cpts for commune in territory.communes)
    columns = [
        Column("Commune", "start", 3.4),
        Column("Code", "start", 0.9),
        Column("Population", weight=1.3),
        Column("QPV", weight=0.8),
        Column("Zonage médecin", "start", 1.3),
    ]
    if with_cpts:
        columns.append(Column("CPTS actuelle", "start", 2.2))
    rows = [_row(commune, with_cpts=with_cpts) for commune in territory.communes]
    total = territory.zonage
    cells = [
        Cell(f"Total\u00a0: {counted(len(territory.communes), 'commune')}"),
        Cell(""),
        Cell(number(territory.population), territory.population),
        public(territory.qpv_par_commune),
        Cell(f"{total.zip + total.zac} sur {total.communes}" if total.renseignees else "inconnu"),
    ]
    rows.append(Row(tuple([*cells, Cell("")] if with_cpts else cells), total=True))
    notes = [ZONAGE_NOTE]
    if territory.qpv_par_commune:
        notes.append(
            "QPV\u00a0: quartier prioritaire de la politique de la ville. Un quartier à cheval sur deux communes "
            "est compté dans chacune, donc deux fois dans le total."
        )
    return Table(
        "communes",
        "Les communes du territoire",
        tuple(columns),
        tuple(rows),
        (*notes, *signs_note(rows, but=NOT_APPLICABLE)),
    )


def _row(commune: CommuneFacts, *, with_cpts: bool) -> Row:
    cells = [
        Cell(typeset(commune.nom)),
        Cell(commune.code),
        public(commune.population),
        public(commune.qpv),
        Cell(ZONAGES.get(commune.zonage, commune.zonage.value)),
    ]
    return Row(tuple([*cells, Cell(typeset(commune.cpts or ""))] if with_cpts else cells))
