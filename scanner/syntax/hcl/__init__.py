"""HCL text → located nodes. ``parse`` reads a file, ``parse_expression`` and ``parse_template`` read what stands in strings."""
