"""Notes on files: what was made of a path with this very content, so that it need not be made again.

A note is plain data by topic, and everyone who writes one adds what it depends on beside the file. Nothing secret is ever noted.
"""

from __future__ import annotations

from scanner.typed import Any, Mapping

Note = dict[str, Any]


class Notes:
    """What was ``known`` before, and what was ``used`` of that or added since.

    ``judged`` is what was last found by rules that look across files, as ``pipeline.noting`` writes it, ``walked`` which files were
    there, as ``sources.files`` does; None where that is nothing.
    """

    def __init__(self, known: Mapping[str, Note], judged: Any = None, walked: Any = None) -> None:
        self._known = known
        self.used: dict[str, Note] = {}
        self.judged = judged
        self.walked = walked

    def of(self, path: str, oid: str) -> Note:
        """Return the note on a file with this content (by its git object id), an empty one where there is none yet."""
        key = f"{oid} {path}"
        found = self.used.get(key)
        if found is None:
            found = self.used[key] = dict(self._known.get(key, {}))
        return found

    def carry(self) -> None:
        """Let all that was known be used, where only some files were looked at; of these, what they hold now."""
        looked = {key.partition(" ")[2] for key in self.used}
        self.used = {**{key: note for key, note in self._known.items() if key.partition(" ")[2] not in looked}, **self.used}

    def seen(self, path: str, oid: str) -> Note:
        """Return the note on what a file held another time."""
        key = f"{oid} {path}"
        return self.used.get(key) or self._known.get(key, {})
