"""What went wrong becomes words on standard error and an exit code, never a traceback and never green."""

from __future__ import annotations

import sys

from scanner.governance.gate import CLEAN, INCOMPLETE, MISUSE
from scanner.model.errors import UserError
from scanner.typed import Any, Callable


def guarded(call: Callable[[], int]) -> int:
    """Return what a call returns, or the exit code of how it ended."""
    try:
        return call()
    except UserError as error:
        return refuse(_placed(error), error.hint)
    except BrokenPipeError:
        sys.stderr.close()
        return CLEAN
    except OSError as error:  # what cannot be read is a problem of the report: this one is about writing
        say(f"plumbrule: cannot write {error.filename or 'the answer'}: {error.strerror or error}")
        return INCOMPLETE
    except KeyboardInterrupt:
        return stopped()
    except Exception as error:  # noqa: BLE001 - the last net: a traceback helps nobody at a gate, and it must not look green
        return _crashed(error)


def refuse(message: str, hint: str | None) -> int:
    """Say what the user did wrong, and what would be right."""
    say(f"plumbrule: {message}")
    if hint:
        say(f"  {hint}")
    return MISUSE


def stopped() -> int:
    """Say that the user stopped it."""
    say("stopped")
    return 130


def say(line: str) -> None:
    """Write a line on standard error."""
    sys.stderr.write(f"{line}\n")


def _placed(error: UserError) -> str:
    span = error.span
    return f"{span.path}:{span.line}:{span.column}: {error.message}" if span else error.message


def _crashed(error: Exception) -> int:
    trace: Any = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    say(f"plumbrule: internal error at {where}: {type(error).__name__}: {error}")
    say("  nothing was judged; please report it with this line")
    return INCOMPLETE
