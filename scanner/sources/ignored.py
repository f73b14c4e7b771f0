"""What a scan passes over: what git ignores, what the configuration excludes, and folders that hold other people's or a tool's files."""

from __future__ import annotations

from scanner.model.glob import matches
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.typed import TYPE_CHECKING, Iterator, Sequence

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

VENDORED = frozenset(
    {"node_modules", "bower_components", "vendor", "venv", "site-packages", "__pycache__", "__pypackages__"}
)  # fmt: skip
"""Folders of downloaded packages, by name."""
LOOKED_INTO = frozenset(
    {
        ".argocd", ".azure", ".azure-pipelines", ".azuredevops", ".buildkite", ".ci", ".circleci", ".deploy", ".deployment", ".devops",
        ".github", ".gitlab", ".helm", ".iac", ".infra", ".infrastructure", ".k8s", ".kubernetes", ".pipelines", ".platform", ".tekton",
    }
)  # fmt: skip
"""Hidden folders that are scanned; tools keep caches and settings in the others (``.git``, ``.terraform``, ``.venv``, ``.idea`` …)."""


def why_skipped(path: str, exclude: Sequence[str] = ()) -> str | None:
    """Say why a path (a folder ends with ``/``) is passed over, or None."""
    bare = path.rstrip("/")
    if any(matches(bare, glob) for glob in exclude):
        return "excluded by configuration"
    name = bare.rpartition("/")[2]
    if path.endswith("/") and name in VENDORED:
        return "a folder of downloaded packages"
    if path.endswith("/") and name.startswith(".") and name not in LOOKED_INTO:
        return "a hidden folder"
    return None


class Ignored(NamedTuple):
    """The .gitignore files that hold in a folder, outermost first: each with its own folder."""

    files: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @staticmethod
    def above(tree: Tree, folder: str) -> Ignored:
        """Return what holds in a folder by the files above it; nothing where they ignore the folder itself."""
        found = Ignored().with_file(tree, ".git/info/exclude", "")
        for ancestor in _ancestors(folder):
            found = found.inside(tree, ancestor)
            if found.covers(f"{folder}/"):
                return Ignored()
        return found

    def inside(self, tree: Tree, folder: str) -> Ignored:
        """Return what holds in a folder, its own .gitignore included."""
        return self.with_file(tree, f"{folder}/.gitignore" if folder else ".gitignore", folder)

    def with_file(self, tree: Tree, path: str, folder: str) -> Ignored:
        """Add a file of patterns relative to a folder, if it is there."""
        try:
            lines = tree.read(path).decode("utf-8", "replace").splitlines() if tree.is_file(path) else []
        except UnreadableError:
            return self
        if not any(line.strip() and not line.startswith("#") for line in lines):
            return self
        from pathspec import GitIgnoreSpec  # slow to load, and needed here alone

        return Ignored((*self.files, (folder, GitIgnoreSpec.from_lines(lines))))

    def covers(self, path: str) -> bool:
        """Tell whether git ignores a path; the innermost file that says anything decides."""
        for folder, patterns in reversed(self.files):
            include = patterns.check_file(path.removeprefix(f"{folder}/") if folder else path).include
            if include is not None:
                return include
        return False


def _ancestors(folder: str) -> Iterator[str]:
    """Yield the folders above one, the root first, without itself."""
    if folder:
        yield ""
        parts = folder.split("/")
        for depth in range(1, len(parts)):
            yield "/".join(parts[:depth])
