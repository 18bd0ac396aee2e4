"""For which communes the files of professionals speak: a commune without a row has none, but for a city's parts."""

import numpy as np
import numpy.typing as npt

from services.indicators.geography import NO_VILLE, Geography

Mask = npt.NDArray[np.bool_]


def covered(given: Mask, geography: Geography) -> Mask:
    """Units (and one last, unknown) by columns: whether no row means zero. `given`: there is a row.

    An arrondissement of a city given whole is not covered, nor a city given by arrondissements: what is known
    of the one says nothing of the other (DOMAIN §1).
    """
    parts = np.flatnonzero(geography.villes != NO_VILLE)
    villes = geography.villes[parts]
    by_parts = np.zeros_like(given)
    np.logical_or.at(by_parts, villes, given[parts])
    found = ~by_parts
    found[parts] = ~given[villes]
    return np.vstack([found, np.zeros((1, given.shape[1]), dtype=bool)])
