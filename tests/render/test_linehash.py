"""GitHub's line hash: the eight public vectors, and any text against the plain definition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.render.linehash import line_hashes

GREETINGS = [
    "e9496ae3ebfced30",
    "fb7c023a8b9ccb3f",
    "ce8ba1a563dcdaca",
    "e20e36e16fcb0cc8",
    "b3edc88f2938467e",
    "c8e28b0b4002a3a0",
    "c129715d7a2bc9a3",
]
VECTORS = [
    ("", ["c129715d7a2bc9a3"]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f", "54703d4cd895b18", "180aee12dab6264", "a23a3dc5e078b07b"]),
    (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        ["8b7cf3e952e7aeb2", "b1ae1287ec4718d9", "bff680108adb0fcc", "c6805c5e1288b612", "b86d3392aea1be30", "e6ceba753e1a442"],
    ),
    (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
    (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
    (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
    (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
]


@pytest.mark.parametrize(("text", "hashes"), VECTORS)
def test_public_vectors(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == [f"{value}:1" for value in hashes]


def test_public_vector_of_repeated_lines() -> None:
    last = ["a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"]
    assert line_hashes("Lorem ipsum dolor sit amet.\n" * 10) == [f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)] + last


@given(st.text(st.sampled_from("ab \t\n\r😀\ufeff"), max_size=300))
def test_the_rolling_hash_is_the_plain_one(text: str) -> None:
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-16-le")
    kept, starts, fresh = [], [], True
    for unit in [*(int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)), 65535]:
        if unit in (9, 32):
            continue
        if fresh:
            starts.append(len(kept))
        fresh = unit == 10
        kept.append(unit)
    kept += [0] * 100
    plain = [sum(unit * 37 ** (99 - at) for at, unit in enumerate(kept[start : start + 100])) % 2**64 for start in starts]
    assert [found.split(":")[0] for found in line_hashes(text)] == [f"{value:x}" for value in plain]
