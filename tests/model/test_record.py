"""Our named tuples do what the standard library's do."""

from __future__ import annotations

import pickle
import typing

import pytest

from scanner.model.record import NamedTuple


class Ours(NamedTuple):
    """A noun."""

    name: str
    size: int = 2
    parts: tuple[str, ...] = ()

    @property
    def long(self) -> str:
        """A property."""
        return self.name * self.size


class Theirs(typing.NamedTuple):
    """The same, by the book."""

    name: str
    size: int = 2
    parts: tuple[str, ...] = ()


def test_it_is_a_tuple_with_names():
    one = Ours("ab", parts=("x",))
    assert one == ("ab", 2, ("x",)) == Theirs("ab", parts=("x",))
    assert hash(one) == hash(Theirs("ab", parts=("x",)))
    assert (one.name, one.size, one.long, one[2], len(one)) == ("ab", 2, "abab", ("x",), 3)
    assert (Ours._fields, Ours._field_defaults, Ours.__match_args__) == (Theirs._fields, Theirs._field_defaults, Theirs.__match_args__)
    assert (Ours.__name__, Ours.__doc__, Ours.__module__) == ("Ours", "A noun.", __name__)


def test_it_changes_and_shows_as_they_do():
    one, other = Ours("a"), Theirs("a")
    assert one._replace(size=3) == other._replace(size=3)
    assert repr(one) == repr(other).replace("Theirs", "Ours")
    assert one._asdict() == other._asdict()
    assert Ours._make(["b", 1, ()]) == Theirs._make(["b", 1, ()])
    assert pickle.loads(pickle.dumps(one)) == one
    match one:
        case Ours(name, size):
            assert (name, size) == ("a", 2)


def test_it_refuses_what_they_refuse():
    for kind in (Ours, Theirs):
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind("a", nothing=1)
        with pytest.raises(AttributeError):
            kind("a").size = 3
        with pytest.raises(AttributeError):
            kind("a").new = 3
        with pytest.raises((TypeError, ValueError)):
            kind("a")._replace(nothing=1)
        with pytest.raises(TypeError):
            kind._make(["a"])
