"""The connectivity lists of other people's folders, which must match exactly."""

import json
from pathlib import Path

import pytest
from flows_factory import folder

from scanner.views.flows.network import build
from scanner.views.flows.rows import connections

SUITE = Path(__file__).resolve().parents[2].parent / "shared" / "conformance" / "netpol"
CASES = [json.loads(line) for line in (SUITE / "cases.jsonl").read_text().splitlines()] if SUITE.is_dir() else []


@pytest.mark.skipif(not CASES, reason="the conformance folders are not beside the checkout")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_lists_match(case):
    network = build(folder(SUITE / case["path"]), lambda pods: None)
    found = {tuple(row) for row in connections(network)}
    assert merged(found) == merged(map(tuple, case["connections"]))


def merged(rows):
    """Return rows with adjacent address ranges of the same peer and ports joined."""
    plain, ranges = set(), {}
    for src, dst, ports in rows:
        ends = [end.count(".") == 6 for end in (src, dst)]
        if any(ends):
            key = (ends[0], dst if ends[0] else src, ports)
            low, high = (src if ends[0] else dst).split("-")
            ranges.setdefault(key, []).append((number(low), number(high)))
        else:
            plain.add((src, dst, ports))
    return plain | {(*key, tuple(joined(blocks))) for key, blocks in ranges.items()}


def number(text):
    return sum(int(part) << 8 * (3 - place) for place, part in enumerate(text.split(".")))


def joined(blocks):
    out = []
    for low, high in sorted(blocks):
        if out and out[-1][1] + 1 >= low:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return out
