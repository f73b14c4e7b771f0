"""Input languages, one module or package each, found by walking this package.

A format module has

* ``NAME``: the language, as in ``Resource.format``;
* ``ORDER``: an int; formats with lower numbers claim files first (path-specific languages before content-sniffed ones);
* ``claims(path: str, head: Callable[[], str]) -> bool``: does this file (path relative to the root) belong to the language? ``head()``
  gives the decoded text and is called only where the path alone does not tell;
* ``read(tree: Tree, paths: Sequence[str], wanted: Wanted, config: Config) -> Parsed``: read all claimed files of one root at once.

A format never imports another one: what it finds of another language inside its own it returns as ``Embedded``; a format that accepts such
trees has ``lift(embedded: Embedded) -> Sequence[Resource]``.
"""
