"""Where the command begins: what needs no import is answered first, and what nobody foresaw ends in two lines, not in a traceback."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from scanner import __version__

        print(f"plumbrule {__version__}")  # noqa: T201 - the whole command
        return
    gc.disable()  # a factor of five while reading; a scan ends before it would pay
    code = None
    if sys.argv[1:2] == ["scan"]:
        from scanner.cli.plain import run as run_plainly

        code = run_plainly(sys.argv[1:])
    if code is None:
        from scanner.cli.main import run

        code = run(sys.argv[1:])
    sys.exit(code)


if __name__ == "__main__":
    main()
