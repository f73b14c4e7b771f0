"""The same paths at another git revision, with the configuration that holds now."""

from __future__ import annotations

from contextlib import ExitStack

from scanner.governance.inline import MARKER
from scanner.model.errors import ConfigError
from scanner.pipeline.scopes import Scope
from scanner.sources.files import walk
from scanner.sources.git import GitTree
from scanner.sources.remembered import RememberedTree


def at_revision(scope: Scope, revision: str, opened: ExitStack) -> Scope:
    """Return a scope as the revision had it, readable until ``opened`` closes. Raises ConfigError where there is no such revision."""
    if scope.root is None:
        raise ConfigError("what is not on disk has no revisions")
    tree = GitTree(scope.root, revision)
    opened.callback(tree.close)
    walked = [walk(tree, named, scope.settings.at("").exclude) for named in scope.named]
    paths = sorted({path for one in walked for path in one.paths})
    return scope._replace(tree=RememberedTree(tree, MARKER), paths=paths, problems=())
