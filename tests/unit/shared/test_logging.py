"""What the logs say of the request they belong to."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared import trace
from shared.logging import configure_logging


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_a_log_line_inside_a_request_carries_its_ids_and_outside_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    with trace.joined(None) as joined:
        structlog.get_logger("essai").warning("inside")
        logging.getLogger("library").warning("inside too")
    structlog.get_logger("essai").warning("outside")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line.get("correlation_id") for line in lines] == [joined.trace_id, joined.trace_id, None]
    assert [line["event"] for line in lines] == ["inside", "inside too", "outside"]
