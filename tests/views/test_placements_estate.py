"""The estate's data map: the reason of each red edge leads to a line, and changing that line turns the edge green."""

import os
import re

import pytest
from placements_reader import edge_of, inventory_of

from scanner.views.placements.placements import placements
from scanner.views.placements.reasons import reason

LAKE = os.path.join(os.path.dirname(__file__), os.pardir, "estate", "lake")
INSIDE = {"azure": "germanywestcentral", "aws": "eu-central-1", "digitalocean": "fra1"}
CONFIG = {"residency": {"exceptions": [{"resources": ["azurerm_cdn_frontdoor_profile.site"], "reason": "static", "until": "2099-12-31"}]}}


def files():
    found = {}
    for folder, _, names in os.walk(LAKE):
        for name in names:
            if name.endswith((".tf", ".tfvars")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as source:
                    found[os.path.relpath(path, LAKE)] = source.read()
    return found


def judged(texts):
    inventory, config = inventory_of(texts, CONFIG, "eu-only")
    return {edge_of(one): one for one in placements(inventory, config)}


RED = [edge for edge, one in judged(files()).items() if one.verdict == "fail"]


def corrected(texts, one):
    """Change the last line that the reason of a placement names: another region, or the attribute that nobody wrote."""
    step = [step for step in reason(one) if step.span][-1]
    lines = texts[step.span.path].split("\n")
    inside = INSIDE[one.destination.provider]
    if step.value is None:
        lines.insert(step.span.line, f'  {step.attribute} = "{inside}"')
    else:
        lines[step.span.line - 1] = re.sub(rf'"{re.escape(step.value)}"', f'"{inside}"', lines[step.span.line - 1])
    return texts | {step.span.path: "\n".join(lines)}


def test_the_estate_has_red_edges():
    assert len(RED) >= 6


@pytest.mark.parametrize("edge", RED)
def test_changing_the_line_turns_the_edge_green(edge):
    before = judged(files())
    one = before[edge]
    after = judged(corrected(files(), one))
    same = [other.verdict for other in after.values() if (other.source.key, other.kind) == (one.source.key, one.kind)]
    assert same
    assert "fail" not in same
