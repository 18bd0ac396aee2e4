"""The map: the territory among its neighbours, the numbers that stand for names, and what could not be drawn."""

from services.reports.document import Definition, DefinitionList, Figure, Node, Notice, Paragraph, Section
from services.reports.subject import Subject
from services.reports.svg_map import draw
from services.reports.typography import counted, listing, number, typeset
from shared.schemas.base import Place


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
    missing = tuple(territory_map.sans_contour)
    if missing or not drawn:
        nodes.append(_without_polygon(missing))
    return Section("carte", "La carte", tuple(nodes), new_page=True)


def _without_polygon(communes: tuple[Place, ...]) -> Notice:
    names = listing(typeset(commune.nom) for commune in communes) or "Les communes choisies"
    plural = len(communes) != 1
    return Notice(
        "Contour absent",
        f"{names} {'n’ont' if plural else 'n’a'} pas de contour dans le référentiel\u00a0: "
        f"{'elles ne figurent' if plural else 'elle ne figure'} donc pas sur la carte, "
        f"mais {'comptent' if plural else 'compte'} dans tous les chiffres.",
    )


def _alternative(subject: Subject, drawn: int) -> str:
    neighbours = len(subject.territory_map.shapes) - drawn
    extent = number(subject.territory_map.width * subject.territory_map.metres_par_mm / 10_000)
    departements = listing(f"{typeset(d.nom)} ({d.code})" for d in subject.territory.departements)
    block = (
        "d’un seul tenant"
        if subject.territory.d_un_seul_tenant
        else (f"en {counted(len(subject.territory.pieces), 'morceau', 'morceaux')}")
    )
    return (
        f"Carte du territoire «\u00a0{subject.name}\u00a0»\u00a0: {counted(drawn, 'commune')} {block}, {departements}, "
        f"{counted(subject.territory.population, 'habitant')}, au milieu de "
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
        f"Projection {projection}." + (f" Source\u00a0: {sources}." if sources else "")
    )
