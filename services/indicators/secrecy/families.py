"""Which rows are linked, however far: each set of them is ordered and audited together."""

from collections.abc import Iterable, Mapping


def families(names: Iterable[str], links: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Name of the family of each row: that of its first row, in the order given."""
    names = list(names)
    near: dict[str, set[str]] = {name: set() for name in names}
    for name, others in links.items():
        for other in others:
            near[name].add(other)
            near[other].add(name)
    found: dict[str, str] = {}
    for name in names:
        waiting = [name]
        while waiting:
            reached = waiting.pop()
            if reached not in found:
                found[reached] = name
                waiting += near[reached]
    return found
