"""Functions that remember what they gave: ``functools`` without the modules that it brings, which cost a twentieth of scanning one file.

Type checkers see the standard ones. The wrapper in C is the same; where an interpreter keeps it elsewhere, ``functools`` is asked.
"""

from __future__ import annotations

from scanner.typed import TYPE_CHECKING

__all__ = ["cache", "cached_property", "lru_cache"]

if TYPE_CHECKING:
    from functools import cache, cached_property, lru_cache
else:
    try:
        from _functools import _lru_cache_wrapper
    except ImportError:
        from functools import cache, cached_property, lru_cache
    else:

        def lru_cache(maxsize):
            """Remember as many results of a function, which takes what can be hashed."""

            def decorate(function):
                kept = _lru_cache_wrapper(function, maxsize, False, tuple)
                kept.__wrapped__, kept.__name__, kept.__doc__, kept.__module__ = (
                    function,
                    function.__name__,
                    function.__doc__,
                    function.__module__,
                )
                return kept

            return decorate

        cache = lru_cache(None)

        class cached_property:  # noqa: N801 - its name in the standard library
            """A value that is found when it is first asked for, and then stands in the instance."""

            def __init__(self, find):
                self.find, self.__doc__ = find, find.__doc__

            def __set_name__(self, owner, name):
                self.name = name

            def __get__(self, instance, owner=None):
                if instance is None:
                    return self
                value = instance.__dict__[self.name] = self.find(instance)
                return value
