"""What a problem may carry beside what every problem says."""

import pytest

from shared.errors import NotFound


@pytest.mark.parametrize("name", ["type", "title", "status", "code", "instance"])
def test_an_extension_takes_no_name_of_the_problem_itself(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        NotFound("Absent.", **{name: "99"})


def test_extensions_come_back_from_the_wire() -> None:
    assert NotFound.from_wire(NotFound("Absent.", departement="99").to_wire()).extensions == {
        "departement": "99"
    }
