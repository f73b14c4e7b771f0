"""Where the command begins: what needs no import is answered first, and what nobody foresaw ends in two lines, not in a traceback."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from scanner import __version__

        print(f"plumbrule {__version__}")  # noqa: T201 - the whole command
        return
    gc.disable()  # a factor of five while reading; a command ends before it would pay
    _leave(_answer(sys.argv[1:]))


def _leave(code: int) -> None:
    """End the process without taking apart what it built, which costs a twentieth of a scan and frees nothing that ending does not."""
    if "scanner.patterns" in sys.modules:
        sys.modules["scanner.patterns"].keep()
    if "scanner.startup" in sys.modules:
        sys.modules["scanner.startup"].keep()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # nobody reads on; the interpreter knows what to say
    os._exit(code)


def _answer(words: list[str]) -> int:
    """Say what was said before where nothing has changed, else run the command."""
    if words[:1] != ["hook"] or "--no-cache" in words:
        return _run(words)
    from scanner import answers

    code = answers.recall(words)
    return answers.remember(words, lambda: _run(words)) if code is None else code


def _run(words: list[str]) -> int:
    if words[:1] in (["scan"], ["hook"]) and "--no-cache" not in words:
        from scanner import startup

        startup.begin(words[0])
    code = None
    if words[:1] in (["scan"], ["hook"]):
        from scanner.cli.plain import run as run_plainly

        code = run_plainly(words)
    if code is None:
        from scanner.cli.main import run

        code = run(words)
    return code


if __name__ == "__main__":
    main()
