"""Notes on files: what was made of a path with this very content, so that it need not be made again.

A note is plain data by topic, and everyone who writes one adds what it depends on beside the file. Nothing secret is ever noted.
"""

from __future__ import annotations

import marshal

from scanner.typed import Any, Mapping

Note = dict[str, Any]


class Notes:
    """What was ``known`` before, packed, and what was ``used`` of that or added since.

    ``judged`` is what was last found by rules that look across files, as ``pipeline.noting`` writes it, ``walked`` which files were
    there, as ``sources.files`` does; None where that is nothing.
    """

    def __init__(self, known: Mapping[str, bytes], judged: Any = None, walked: Any = None) -> None:
        self._known = known
        self._before: dict[str, Note] = {}
        self.used: dict[str, Note] = {}
        self.judged = judged
        self.walked = walked

    def of(self, path: str, oid: str) -> Note:
        """Return the note on a file with this content (by its git object id), an empty one where there is none yet."""
        key = f"{oid} {path}"
        found = self.used.get(key)
        if found is None:
            found = self.used[key] = dict(self._recalled(key))
        return found

    def seen(self, path: str, oid: str) -> Note:
        """Return the note on what a file held another time."""
        key = f"{oid} {path}"
        return self.used.get(key) or self._recalled(key)

    def fresh(self) -> dict[str, bytes]:
        """Return the notes that were added or have changed, packed."""
        return {key: marshal.dumps(note) for key, note in self.used.items() if note != self._before.get(key)}

    def gone(self, *, all_others: bool) -> list[str]:
        """Return the notes that are of no use any more: on what files that were looked at do not hold now, or all that were not used."""
        paths = {key.partition(" ")[2] for key in self.used}
        return [key for key in self._known if key not in self.used and (all_others or key.partition(" ")[2] in paths)]

    def _recalled(self, key: str) -> Note:
        if key not in self._known:
            return {}
        found = self._before.get(key)
        if found is None:
            found = self._before[key] = marshal.loads(self._known[key])  # noqa: S302 - of our own cache, which checks whose it is
        return found
