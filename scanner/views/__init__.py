"""Derived facts, one module or package each, found by walking this package.

A view module has

* ``FACTS``: the names of the facts it gives (``("permission",)``);
* ``READS``: the resource types it looks at, so that they are parsed or listed;
* ``facts(inventory: Inventory, config: Config) -> Sequence[Fact]``: pure, deterministic in order.
"""
