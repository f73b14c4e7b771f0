"""Changes of a resource that lead nowhere, by what it said before and what it says now: for views that would look at others like these.

Each test takes the resource as it was and as it is, and the pointer to a value that is another. It may say False of a change that leads
nowhere; it never says True of one that leads somewhere.
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.resource import Resource
from scanner.typed import TYPE_CHECKING, Any, Callable, Mapping

if TYPE_CHECKING:
    from scanner.views import View

_NAMING = ("metadata", "labels", "annotations")
"""Keys below which somebody says whose something is, and what class of data it holds: an organisation may choose its own words."""


def is_idle(view: View, old: Resource, new: Resource, pointer: Pointer) -> bool:
    """Tell whether a view declares that it does not look at a change like this."""
    return any(_TESTS[name](old, new, pointer) for name in view.idle)


def _is_placeless(old: Resource, new: Resource, pointer: Pointer) -> bool:
    """Tell whether an object has nothing to say about places, before and after."""
    from scanner.views.placements.silence import is_silent

    return pointer[0] != "metadata" and not any(word in pointer for word in _NAMING) and is_silent(old) and is_silent(new)


def _is_plain_variable(old: Resource, new: Resource, pointer: Pointer) -> bool:
    """Tell whether the name or value of an environment variable is another, and no value of the two is a URL."""
    if len(pointer) < 3 or pointer[-3] != "env" or pointer[-1] not in ("name", "value"):
        return False
    return all(_is_word(lookup(one.data, pointer)) for one in (old, new))


def _is_word(value: Any) -> bool:
    return value is None or isinstance(value, int | float) or (isinstance(value, str) and "://" not in value)


_TESTS: Mapping[str, Callable[[Resource, Resource, Pointer], bool]] = {"placeless": _is_placeless, "plain variable": _is_plain_variable}
