"""Run every benchmark in turn: `python -m tests.bench [name …]`."""

import importlib
import pkgutil
import sys

import tests.bench


def main() -> None:
    """Each benchmark in its own section, in the order of their names."""
    names = sorted(
        module.name
        for module in pkgutil.iter_modules(tests.bench.__path__)
        if module.name != "__main__" and not module.ispkg
    )
    for name in sys.argv[1:] or names:
        print(f"\n== {name}", flush=True)
        arguments, sys.argv = sys.argv, sys.argv[:1]
        importlib.import_module(f"tests.bench.{name}").main()
        sys.argv = arguments


if __name__ == "__main__":
    main()
