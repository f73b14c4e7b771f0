"""Objects of running cloud platforms as resources, one module per platform, found by walking this package.

A module has

* ``PLATFORM``: the name of the platform, as in ``scanner.sources``;
* ``lift(seen: Sequence[Seen], wanted: Wanted, sources: Sequence[Resource]) -> list[Resource]``: everything that all accounts of the
  platform showed. ``sources`` are the resources of files: a live one that they declare has their place, every other has none.
"""
