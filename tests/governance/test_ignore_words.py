"""Words, globs and effects of suppressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.governance.suppressions import entry
from scanner.model.glob import matches


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PSS-B02 runs on the host", (("PSS-B02",), "runs on the host")),
        ("A,B , C because", (("A", "B", "C"), "because")),
        ("CKV_K8S_16", (("CKV_K8S_16",), "")),
        ("  ", ((), "")),
    ],
)
def test_entry(text: str, expected: tuple[tuple[str, ...], str]) -> None:
    assert entry(text) == expected


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("a/b/c.yaml", "a/**", True),
        ("a/b/c.yaml", "a", True),
        ("a/b/c.yaml", "a/", True),
        ("a/b/c.yaml", "a/*.yaml", False),
        ("a/b/c.yaml", "**/*.yaml", True),
        ("c.yaml", "**/*.yaml", True),
        ("a/b/c.yaml", "a/?/c.yaml", True),
        ("ab/c.yaml", "a", False),
        ("a/x.yaml.bak", "a/*.yaml", False),
        ("a[1]/x", "a[1]/x", True),
    ],
)
def test_matches(path: str, glob: str, expected: bool) -> None:
    assert matches(path, glob) is expected


@given(st.text("ab/.*", min_size=1, max_size=12))
def test_a_path_without_wildcards_matches_itself(path: str) -> None:
    literal = path.replace("*", "x").rstrip("/")
    assert matches(literal, literal)
