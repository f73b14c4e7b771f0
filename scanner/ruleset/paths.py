"""The paths of rules: ``spec.ports[*].port``, ``labels["a/b"]``, ``labels~[*]``, parsed once.

``[*]`` (or ``.*``) walks the items of a list or the values of a map, ``~[*]`` the keys of a map, ``["prefix*"]`` the values whose key
fits; ``~`` alone is the list of keys. ``["with-{name}"]`` is a key that holds the value of another path.
"""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import re


class Walk(NamedTuple):
    """A step that leads to several values (``KEYS``: to one list)."""

    sign: str


ITEMS, EACH_KEY, KEYS = Walk("[*]"), Walk("~[*]"), Walk("~")
_WALKS = {walk.sign: walk for walk in (ITEMS, EACH_KEY, KEYS)} | {".*": ITEMS}


class Glob(NamedTuple):
    """A step to the values of a map whose key fits: texts with a star between each two."""

    texts: tuple[str, ...]


class Filled(NamedTuple):
    """A key with ``{path}`` in it, as literal text and paths in turn."""

    parts: tuple[str, ...]


Step = str | int | Walk | Glob | Filled
Steps = tuple[Step, ...]


class Route(NamedTuple):
    """A parsed path. ``root`` is its first step where that is an unquoted word, which may name a root; ``filled``: a key holds a path."""

    steps: Steps
    root: str | None
    filled: bool = False


_STEP = r"""(?x)
    (?P<walk> ~\[\*\] | \[\*\] | \.\* | ~\Z )
    | \[ (?P<index> [0-9]{1,6} ) \]
    | \[ (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' ) \]
    | \.? (?P<name> [^\s.\[\]~"'{}*]+ )
    """


@lru_cache(maxsize=4096)
def parse(text: str) -> Route:
    """Parse a path. Raises ValueError that says what is wrong with it."""
    if _is_plain(text):  # most paths, without a regular expression
        plain = text.replace("[*]", ".[*]").split(".")
        return Route(tuple([ITEMS if word == "[*]" else word for word in plain]), plain[0])
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = pattern(_STEP).match(text, position)
        dotted = match is not None and match["name"] is not None and text[position] == "."
        if match is None or (match["name"] is not None and dotted == (position == 0)):
            raise ValueError(f"not a path at {text[position:]!r}")
        steps.append(_step(match))
        position = match.end()
    if not steps:
        raise ValueError("an empty path")
    root = steps[0] if text[0] not in "[~." and isinstance(steps[0], str) else None
    return Route(tuple(steps), root, any(isinstance(step, Filled) for step in steps))


def _is_plain(text: str) -> bool:
    """Tell whether a path is words and items of lists alone, as in ``spec.ports[*].port``."""
    bare = text.replace("[*].", ".").removesuffix("[*]")
    return bare.replace(".", "").replace("_", "").isalnum() and ".." not in bare and bare[0] != "." != bare[-1]


def _step(match: re.Match[str]) -> Step:
    if match["name"] is not None:
        return match["name"]
    if match["index"] is not None:
        return int(match["index"])
    if match["walk"] is not None:
        return _WALKS[match["walk"]]
    return _quoted(match["double"] if match["double"] is not None else match["single"])


def _quoted(key: str) -> Step:
    if "{" in key:
        return Filled(tuple(pattern(r"\{([^{}]*)\}").split(key)))
    if "*" in key:
        return Glob(tuple(key.split("*")))
    return key


def plural(steps: Steps) -> bool:
    """Tell whether the steps may lead to several values."""
    return any(isinstance(step, Glob) or step in (ITEMS, EACH_KEY) for step in steps)


def split(text: str) -> tuple[str, str] | None:
    """Cut a path behind its first step to several values: (up to there, the rest); None where it leads to one value."""
    if _is_plain(text):
        before, item, after = text.partition("[*]")
        return (before + item, after.removeprefix(".")) if item else None
    position = 0
    while (match := pattern(_STEP).match(text, position)) is not None:
        position = match.end()
        if plural((_step(match),)):
            return text[:position], text[position:].removeprefix(".")
    return None
