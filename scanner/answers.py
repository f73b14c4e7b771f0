"""What a command said before, said again: as long as everything is as it was that its answer was made from.

Everything is: the words, the folder and the environment of the call, every file and folder that was looked at (``witness``), HEAD, the
rules and the program itself. Here the command begins, and hardly anything may be imported.
"""

from __future__ import annotations

import os
import sys
import time

from scanner import cache, witness
from scanner.sources.repository import head_of, root_of
from scanner.witness import Witness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scanner.typed import Any, Callable, Sequence, TextIO

_PREFIXES = ("PLUMBRULE_", "TF_VAR_")
_NAMES = (
    "NO_COLOR", "TERM", "COLUMNS", "SOURCE_DATE_EPOCH", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES", "GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS", "GIT_SHALLOW_FILE", "GIT_CONFIG_GLOBAL", "PYTHONPATH",
)  # fmt: skip
"""What of the environment an answer depends on."""
_HERE = os.path.dirname(os.path.abspath(__file__))


def recall(words: Sequence[str]) -> int | None:
    """Say again what was said to these words, and return the exit code; None where that is not known, or no longer true."""
    key = _question(words)
    known = cache.load(_name(key), key)
    if known is None:
        return None
    seen, head, code, said = known[0]
    if head is not None and head_of(root_of(".")) != head:
        return None
    now = witness.still(seen, map(os.path.abspath, words))
    if now is None:
        return None
    try:
        for stream, text in said:
            (sys.stdout, sys.stderr)[stream].write(text)
        sys.stdout.flush()  # a pipe that broke is known here, not at exit
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    if now is not seen:
        cache.store(_name(key), key, (now, head, code, said))
    return int(code)


def remember(words: Sequence[str], run: Callable[[], int]) -> int:
    """Run a command and return its exit code; keep what it says where it vouches that this is all there is to it."""
    key = _question(words)
    seen = witness.begin()
    said: list[tuple[int, str]] = []
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_Echo(stream, number, said) for number, stream in enumerate(before))
    try:
        code = run()
    finally:
        sys.stdout, sys.stderr = before
        witness.end()
    if seen.vouched and not seen.spoilt and cache.enabled() and key == _question(words):
        _keep(key, seen, code, said)
    return code


def _keep(key: str, seen: Witness, code: int, said: list[tuple[int, str]]) -> None:
    _stamp_program(seen)
    if not seen.spoilt and (seen.commit is None or seen.commit == head_of(root_of("."))):
        cache.store(_name(key), key, (seen.plain(), seen.commit, code, said))


def _name(key: str) -> str:
    return f"answer-{key[:16]}"


def _question(words: Sequence[str]) -> str:
    """Hash everything about a call that can be known before it looks at a file; the environment may hold secrets."""
    environment = sorted(item for item in os.environ.items() if item[0].startswith(_PREFIXES) or item[0] in _NAMES)
    streams = [(stream.encoding, stream.errors, _columns(stream)) for stream in (sys.stdout, sys.stderr)]
    day = time.strftime("%Y-%m-%d", time.gmtime())
    asked = (_HERE, sys.prefix, list(words), os.getcwd(), root_of("."), environment, streams, day)
    return witness.oid(repr(asked).encode("utf-8", "surrogatepass"))


def _columns(stream: TextIO) -> int | None:
    """Return the width of a terminal, None for what is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else None
    except (OSError, ValueError):
        return None


def _stamp_program(seen: Witness) -> None:
    """Let a change of the program, its data or its libraries end what it has said."""
    for place in sys.path:
        if place.endswith(("site-packages", "dist-packages")) and os.path.isdir(place):
            seen.stamped(place)
    seen.stamped_program()


class _Echo:
    """A stream that keeps what is written to it."""

    def __init__(self, stream: TextIO, number: int, said: list[tuple[int, str]]) -> None:
        self._stream = stream
        self._number = number
        self._said = said

    def write(self, text: str) -> int:
        """Write, and keep it."""
        self._said.append((self._number, text))
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
