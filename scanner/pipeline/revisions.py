"""The same paths at another git revision, judged by the configuration that holds now."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing

from scanner.governance.suppressions import MARKER
from scanner.model.errors import ConfigError
from scanner.pipeline.scopes import Scope
from scanner.sources.files import FileTree, walk
from scanner.sources.git import GitTree
from scanner.sources.remembered import RememberedTree


def at_revision(scope: Scope, revision: str, opened: ExitStack) -> Scope:
    """Return a scope as the revision had it, readable until ``opened`` closes. Raises ConfigError where there is no such revision.

    What is excluded now is excluded then. What tools download is in no revision and read from where it lies now.
    """
    if scope.root is None:
        raise ConfigError("what is not on disk has no revisions")
    tree = opened.enter_context(closing(GitTree(scope.root, revision, FileTree(scope.root))))
    walked = [walk(tree, named, scope.settings.at(_folder(tree, named)).exclude) for named in scope.named]
    paths = sorted({path for one in walked for path in one.paths})
    return scope._replace(tree=RememberedTree(tree, MARKER, scope.tree.notes), paths=paths, problems=())


def _folder(tree: GitTree, named: str) -> str:
    return os.path.dirname(named) if tree.is_file(named) else named
