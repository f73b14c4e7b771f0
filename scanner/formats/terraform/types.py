"""Terraform's types: what a value's type is, whether one converts to another, and what several have in common.

Follows go-cty 1.16 (https://github.com/zclconf/go-cty/tree/v1.16.2/cty/convert).
"""

from __future__ import annotations

from decimal import Decimal

from scanner.formats.terraform import numbers
from scanner.formats.terraform.values import EvaluationError, Lazy, List, Map, Sensitive, Set, Value, first_unknown, unknown_like
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.typed import Iterable, Sequence


class Type(NamedTuple):
    """A type. ``element`` is that of a list, set or map; ``fields`` are those of a tuple ("0", "1", …) or object, by name.

    ``optional`` are the fields of a constraint that may be missing.
    """

    kind: str
    element: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    optional: frozenset[str] = frozenset()

    def __str__(self) -> str:
        if self.element:
            return f"{self.kind}({self.element})"
        if self.kind == "tuple":
            return f"tuple([{', '.join(str(field) for _, field in self.fields)}])"
        if self.kind == "object":
            return f"object({{{', '.join(f'{name}={field}' for name, field in self.fields)}}})"
        return self.kind


ANY, STRING, NUMBER, BOOL = Type("any"), Type("string"), Type("number"), Type("bool")
COLLECTIONS = {"list", "set", "map"}


def list_of(items: Iterable[Value], element: Type) -> List:
    """Make a list(T)."""
    result = List(items)
    result.element = element
    return result


def map_of(items: dict[str, Value], element: Type) -> Map:
    """Make a map(T); Terraform keeps maps sorted."""
    result = Map(sorted(items.items()))
    result.element = element
    return result


def set_of(items: Iterable[Value], element: Type) -> Value:
    """Make a set(T): sorted, doubles dropped. Unknown where an item is unknown, as then its length is."""
    known = list(items)
    unknown = first_unknown(tuple(known))
    if unknown is not None:
        return unknown_like(unknown, "set")
    by_identity = {identity(item): item for item in known}
    result = Set(by_identity[key] for key in sorted(by_identity, key=_set_order))
    result.element = element
    return result


def identity(value: Value) -> tuple[object, ...]:
    """Return something hashable that is equal for equal values of one type, and sorts as sets do."""
    if value is None:
        return ("~",)
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, int | Decimal):
        return ("n", value)
    if isinstance(value, str):
        return ("s", value)
    if isinstance(value, Sensitive):
        return identity(value.value)
    if isinstance(value, dict):
        return ("m", *((key, identity(item)) for key, item in sorted(value.items())))
    return ("l", *(identity(item) for item in value))


def _set_order(key: tuple[object, ...]) -> tuple[object, ...]:
    """Primitive values sort by value; all else by the bytes that go-cty hashes (``set_internals.go``)."""
    return (key[0] == "~", key[1]) if key[0] in {"b", "n", "s"} else (key[0] == "~", _hashed(key).encode("utf-8", "surrogatepass"))


def _hashed(key: tuple[object, ...]) -> str:
    kind = key[0]
    if kind == "~":
        return "~"
    if kind == "b":
        return "T" if key[1] else "F"
    if kind == "n":
        return format(Decimal(key[1]), ".10g") if isinstance(key[1], Decimal) else str(key[1])
    if kind == "s":
        return '"' + str(key[1]).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
    parts = [part[1] if kind == "m" else part for part in key[1:] if isinstance(part, tuple)]
    return "<" + "".join(_hashed(part) + ";" for part in parts if isinstance(part, tuple)) + ">"


def type_of(value: Value) -> Type:
    """Return the type of a value; ``any`` for null and for an unknown of unknown kind."""
    if isinstance(value, str):
        return STRING
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int | Decimal):
        return NUMBER
    if isinstance(value, List | Set | Map):
        return Type({List: "list", Set: "set", Map: "map"}[type(value)], value.element)
    if isinstance(value, tuple):
        return Type("tuple", None, tuple((str(index), type_of(item)) for index, item in enumerate(value)))
    if isinstance(value, dict):
        return Type("object", None, tuple((key, type_of(item)) for key, item in sorted(value.items())))
    if isinstance(value, Sensitive):
        return type_of(value.value)
    if isinstance(value, Unknown):
        return _type_of_kind(value.kind)
    return ANY


def _type_of_kind(kind: str | None) -> Type:
    if kind in {"string", "number", "bool"}:
        return Type(kind)
    return Type(kind, ANY) if kind in COLLECTIONS else ANY


def convert(value: Value, target: Type) -> Value:
    """Convert a value to a type; raise EvaluationError where that cannot be."""
    kind = target.kind
    if kind == "any" or value is None:
        return value
    if isinstance(value, str | bool | int | Decimal):
        return _primitive(value, kind, target)
    if isinstance(value, Sensitive):
        return Sensitive(convert(value.value, target))
    if isinstance(value, Lazy):
        return value if kind in {"object", "map"} else unknown_like(value.unknown(), kind)
    if isinstance(value, Unknown):
        return unknown_like(value, kind, not_null=value.not_null)
    if kind in {"list", "set"}:
        return _to_sequence(value, target)
    if kind == "map" and isinstance(value, dict):
        return _to_map(value, target)
    if kind == "object" and isinstance(value, dict):
        return _to_object(value, target)
    if kind == "tuple" and isinstance(value, tuple) and len(value) == len(target.fields):
        return tuple(convert(item, field) for item, (_, field) in zip(value, target.fields, strict=True))
    raise EvaluationError(f"a {target} is required, this is a {type_of(value).kind}")


def _primitive(value: str | bool | int | Decimal, kind: str, target: Type) -> Value:
    own = type_of(value).kind
    if own == kind:
        return value
    if kind == "string":
        return text_of(value)
    if kind == "number" and isinstance(value, str):
        number = numbers.parse(value)
        if number is not None:
            return number
    if kind == "bool" and isinstance(value, str) and value in {"true", "false", "1", "0"}:
        return value in {"true", "1"}
    raise EvaluationError(f"a {target} is required, this is a {own}")


def text_of(value: Value) -> str:
    """Write a string, number or bool as a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return numbers.text(value)


def _to_sequence(value: Value, target: Type) -> Value:
    if not isinstance(value, tuple):
        raise EvaluationError(f"a {target} is required, this is a {type_of(value).kind}")
    element = target.element or ANY
    if element.kind == "any":
        element = _common(value)
    items = [convert(item, element) for item in value]
    return set_of(items, element) if target.kind == "set" else list_of(items, element)


def _to_map(value: dict[str, Value], target: Type) -> Value:
    element = target.element or ANY
    if element.kind == "any":
        element = _common(value.values())
    return map_of({key: convert(item, element) for key, item in value.items()}, element)


def _common(items: Iterable[Value]) -> Type:
    if isinstance(items, List | Set):
        return items.element if isinstance(items.element, Type) else ANY
    element = unify([type_of(item) for item in items])
    if element is None or (element == ANY and isinstance(items, tuple) and _mixes_null(items)):
        raise EvaluationError("all elements must have the same type")
    return element


def _mixes_null(items: Iterable[Value]) -> bool:
    """Tell whether there is null among objects or tuples, from which it cannot take its type."""
    return any(item is None for item in items) and any(isinstance(item, tuple | dict) for item in items)


def _to_object(value: dict[str, Value], target: Type) -> dict[str, Value]:
    missing = [name for name, _ in target.fields if name not in value and name not in target.optional]
    if missing:
        raise EvaluationError(f"attribute {missing[0]!r} is required")
    return {name: convert(value.get(name), field) for name, field in target.fields}


def unify(types: Sequence[Type]) -> Type | None:
    """Return the type that all of these convert to, ``any`` for none at all, or None where there is no such type."""
    distinct = list(dict.fromkeys(types))
    if len(distinct) <= 1:
        return distinct[0] if distinct else ANY
    kinds = {item.kind for item in distinct}
    dynamic = "any" in kinds
    structural = kinds - {"any"}
    for kind, relative in (("map", "object"), ("list", "tuple"), ("set", "set")):
        if kind in structural and structural <= {kind, relative}:
            return ANY if dynamic and structural == {kind} else _collection(kind, distinct)
    if structural == {"object"}:
        return ANY if dynamic else _common_object(distinct)
    if structural == {"tuple"}:
        return ANY if dynamic else _common_tuple(distinct)
    return next((wanted for wanted in sorted(distinct, key=_preference) if all(_converts(item, wanted) for item in distinct)), None)


def _preference(item: Type) -> int:
    return {"string": 0, "number": 1, "bool": 1, "list": 2, "map": 2, "set": 3, "any": 5}.get(item.kind, 4)


def _elements(types: Iterable[Type]) -> list[Type]:
    return [element for item in types for element in ([item.element] if item.element else [field for _, field in item.fields])]


def _collection(kind: str, types: Sequence[Type]) -> Type | None:
    element = unify(_elements(types))
    return Type(kind, element) if element else None


def _common_object(types: Sequence[Type]) -> Type | None:
    names = [name for name, _ in types[0].fields]
    if any([name for name, _ in item.fields] != names for item in types):
        return _collection("map", types)
    fields = [unify([item.fields[at][1] for item in types]) for at in range(len(names))]
    return (
        Type("object", None, tuple(zip(names, [field for field in fields if field], strict=True)))
        if all(fields)
        else _collection("map", types)
    )


def _common_tuple(types: Sequence[Type]) -> Type | None:
    if len({len(item.fields) for item in types}) > 1:
        return _collection("list", types)
    fields = [unify([item.fields[at][1] for item in types]) for at in range(len(types[0].fields))]
    if not all(fields):
        return _collection("list", types)
    return Type("tuple", None, tuple((str(at), field) for at, field in enumerate(fields) if field))


def _converts(item: Type, target: Type) -> bool:
    """Tell whether some value of a type converts to another type."""
    if item == target or "any" in {item.kind, target.kind}:
        return True
    if target.kind == "string":
        return item.kind in {"number", "bool"}
    if target.kind in {"number", "bool"}:
        return item.kind == "string"
    if target.element and target.kind in {"list", "set"}:
        return item.kind in {"list", "set", "tuple"} and all(_converts(element, target.element) for element in _elements([item]))
    if target.element:
        return item.kind in {"map", "object"} and all(_converts(element, target.element) for element in _elements([item]))
    return False


def equal(left: Value, right: Value) -> bool | Unknown:
    """Compare like ``==``: values of different types differ; an unknown inside makes it unknown unless the rest differs."""
    left, right = (side.unknown() if isinstance(side, Lazy) else side for side in (left, right))
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
    if isinstance(left, Sensitive) or isinstance(right, Sensitive):
        return equal(*(side.value if isinstance(side, Sensitive) else side for side in (left, right)))
    if left is None or right is None:
        return left is right
    if isinstance(left, tuple | dict):
        return _equal_inside(left, right)
    return type_of(left) == type_of(right) and bool(left == right)


def _equal_unknown(left: Value, right: Value) -> bool | Unknown:
    unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
    if other is None and unknown.not_null:
        return False
    return unknown_like(unknown, "bool")


def _equal_inside(left: Value, right: Value) -> bool | Unknown:
    if type(left) is not type(right) or len(left) != len(right):
        return False
    if isinstance(left, dict):
        if left.keys() != right.keys():
            return False
        pairs = [(left[key], right[key]) for key in left]
    else:
        pairs = list(zip(left, right, strict=True))
    results = [equal(*pair) for pair in pairs]
    if any(result is False for result in results):
        return False
    return next((result for result in results if isinstance(result, Unknown)), True)
