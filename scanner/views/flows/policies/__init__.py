"""The families of policies: each module has ``READS`` and ``policies(inventory) -> Iterator[Policy]``. Nothing here knows the pods."""
