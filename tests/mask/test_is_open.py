"""The fast look for secrets overlooks none that the thorough one hides."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.mask.lines import hidden, is_open

CORPORA = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
NAMES = ["password", "DB_PASSWORD", "db-token", "apiKey", "key", "auth", "--token", "pass", "word", "x.secret.y"]
KEYS = st.sampled_from([*NAMES, "name", "value", "data", "stringData", "env", "args", "kind"])
WORDS = ["hunter2", "Secret", "{}", "AKIAIOSFODNN7EXAMPLE", "https://u:p@h.example", "--password=x", "|", "[a]", "api_key=abc"]
VALUES = st.sampled_from(WORDS)


@given(st.lists(st.tuples(st.integers(0, 3), KEYS, VALUES), max_size=8))
def test_of_anything(rows: list[tuple[int, str, str]]) -> None:
    text = "".join(f"{'  ' * depth}{key}: {value}\n" for depth, key, value in rows)
    assert not (is_open(text) and any(hidden(text)))


@pytest.mark.parametrize("text", ["a: 1\n", "kind: Deployment\nspec: {replicas: 2}\n", "secretKeyRef: {name: a, key: b}\n"])
def test_what_is_no_secret_is_open(text: str) -> None:
    assert is_open(text)


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the checkout")
def test_of_real_files() -> None:
    paths = [path for path in sorted(CORPORA.rglob("*")) if path.suffix in (".yaml", ".yml", ".tf") and path.stat().st_size < 20_000][::11]
    for path in paths:
        text = path.read_text(errors="replace")
        assert is_open(text) is not any(hidden(text)), path.name
