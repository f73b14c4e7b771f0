"""Python's own regular expressions as a reference, ended where backtracking takes too long."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 1.0
"""Of CPU time, which a busy machine does not shorten, for one match."""
GUARDED = hasattr(signal, "setitimer")
"""Whether a match can be ended here at all; where it cannot, values should be short."""


class TooLongError(Exception):
    """The reference was ended before it had an answer."""


def fullmatch(pattern: str, value: str, seconds: float = SECONDS) -> bool:
    """Tell whether a pattern matches the whole of a value. Raises TooLongError where that takes longer (if ``GUARDED``)."""
    compiled = re.compile(pattern)
    with _ended_after(seconds):
        return compiled.fullmatch(value) is not None


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """Raise TooLongError in the main thread after this much CPU time: the matcher looks at pending signals every few thousand steps."""
    if not GUARDED:
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, end)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
