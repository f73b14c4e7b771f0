"""One module per output format, found by walking this package.

A renderer module has ``NAME`` (the word after ``--format``; ``-`` in the name is ``_`` in the module) and
``render(report: Report) -> str``, pure and deterministic. Nothing of the input is printed but through ``scanner.mask``.
"""
