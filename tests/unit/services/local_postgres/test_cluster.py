"""What `postmaster.pid` says is read whole or not at all."""

from services.local_postgres.cluster import Running, read_pid_file

WHOLE = "412\n/home/a/var/postgres/data\n1767000000\n40001\n/run\n127.0.0.1\n  31  4\nready   \n"


def test_a_whole_pid_file_gives_process_port_and_state() -> None:
    assert read_pid_file(WHOLE) == Running(412, 40001, "ready")


def test_a_pid_file_that_is_being_written_gives_nothing() -> None:
    lines = WHOLE.splitlines(keepends=True)
    assert {read_pid_file("".join(lines[:count])) for count in range(len(lines))} == {None}


def test_a_pid_file_of_something_else_gives_nothing() -> None:
    assert read_pid_file("bonjour\n" * 8) is None
