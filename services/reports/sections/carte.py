"""The map: the territory among its neighbours, the numbers that stand for names, and what could not be drawn."""

from services.reports.document import Definition, DefinitionList, Figure, Node, Notice, Paragraph, Section
from services.reports.subject import Subject
from services.reports.svg_map import draw
from services.reports.typography import counted, listing, number, typeset
from shared.schemas.base import Place

NO_MAP = Notice(
    "Pas de carte",
    "Aucune commune du territoire n’a de contour connu dans le référentiel. "
    "Le territoire ne peut pas être dessiné, mais les chiffres le comptent en entier.",
)


def section(subject: Subject) -> Section:
    """The map as one figure, or a notice where no commune has a polygon."""
    nodes: list[Node] = []
    territory_map = subject.territory_map
    drawn = [shape for shape in territory_map.shapes if shape.role == "territoire"]
    if drawn:
        populations = {commune.code: commune.population or 0 for commune in subject.territory.communes}
        picture = draw(territory_map, populations)
        nodes.append(
            Figure(
                "carte-du-territoire",
                picture.svg,
                _alternative(subject, len(drawn)),
                _caption(subject),
                territory_map.width / 10,
                territory_map.height / 10,
            )
        )
        if picture.numbered:
            nodes.append(Paragraph("Communes désignées par un numéro sur la carte\u00a0:", "note"))
            nodes.append(
                DefinitionList(
                    tuple(Definition(str(n), typeset(nom)) for n, nom in picture.numbered), columns=4
                )
            )
    if not drawn:
        nodes.append(NO_MAP)
    elif territory_map.sans_contour:
        nodes.append(_off_the_map(territory_map.sans_contour))
    return Section("carte", "La carte", tuple(nodes), new_page=True)


def _off_the_map(communes: tuple[Place, ...]) -> Notice:
    names = listing(typeset(commune.nom) for commune in communes)
    plural = len(communes) != 1
    return Notice(
        "Hors de la carte",
        f"{names} {'ne figurent' if plural else 'ne figure'} pas sur la carte, "
        f"mais {'comptent' if plural else 'compte'} comme les autres dans les chiffres. "
        "La carte montre, dans une seule projection, les communes dont le contour est connu.",
    )


def _alternative(subject: Subject, drawn: int) -> str:
    neighbours = len(subject.territory_map.shapes) - drawn
    extent = number(subject.territory_map.width * subject.territory_map.metres_par_mm / 10_000)
    departements = listing(f"{typeset(d.nom)} ({d.code})" for d in subject.territory.departements)
    communes = len(subject.territory.communes)
    what = counted(drawn, "commune")
    if drawn < communes:
        what += f" sur {communes}"
    elif len(subject.territory.pieces) > 1:
        what += f" en {counted(len(subject.territory.pieces), 'morceau', 'morceaux')}"
    elif communes > 1:
        what += " d’un seul tenant"
    return (
        f"Carte du territoire «\u00a0{subject.name}\u00a0» ({departements}, "
        f"{counted(subject.territory.population, 'habitant')})\u00a0: {what}, au milieu de "
        f"{counted(neighbours, 'commune voisine', 'communes voisines')} en teinte pâle. "
        f"Le cadre couvre environ {extent}\u00a0km d’ouest en est. "
        "La liste des communes est dans le tableau de la partie suivante."
    )


def _caption(subject: Subject) -> str:
    sources = listing(
        dict.fromkeys(f"{typeset(s.source)} ({s.millesime})" for s in subject.territory_map.sources)
    )
    projection = typeset(subject.territory_map.projection)
    return (
        "Le territoire (teinte foncée, bord épais) et ses voisines (teinte pâle). "
        "En blanc\u00a0: la mer, un pays voisin, ou des communes qui ne touchent pas le territoire. "
        f"Projection {projection}." + (f" Source\u00a0: {sources}." if sources else "")
    )
