"""Our reading of YAML equals that of Kubernetes' own Go reader."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError
from scanner.syntax.yaml_data import load

ORACLE = Path(__file__).parents[1] / "oracles" / "yaml"
WORD_LIST = """
y Y yes Yes YES yEs n N no NO on On ON off OFF true True TRUE tRue false null Null NULL nULL ~ nil none = << .nan .NaN .inf -.inf +.INF
. .. .5 5. -.5 +5 -5 .5e3 .5e .e5 1e3 1E+3 1e-3 -1e3 1.5 1.50 1.0 -0.0 -0 +0 00 007 08 0777 0o17 0O17 0o8 0x1F 0XaB 0xG 0b101 0B1 0b2
-0b11 +0b1 0b-1 0b+1 1_000 1__0 _1 -_1 1_ 0x_F 0b_1 12:30 190:20:30 2001-01-01 2001-12-14t21:59:43.10-05:00 9223372036854775807
9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616 99999999999999999999 1e400 1e21
1e20 1e6 100000.0 1234567.0 0.00001 0.0001 12345678.9 0.1 3.14 1e39 0777777777777777777777777 1.2.3 v1 10m 1Gi 0.5Gi -1 - a: -- +a .a 0.
1.e3 1.5e+3 0e0 0x 0b 0o
"""
WORDS = WORD_LIST.split()
TAGS = ["", "", "", "", "", "!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!foo ", "! "]


@pytest.fixture(scope="session")
def ask(tmp_path_factory):
    if shutil.which("go") is None:
        pytest.skip("Go is not installed: Kubernetes' YAML reader cannot be asked")
    program = tmp_path_factory.mktemp("oracle") / "yaml"
    built = subprocess.run(["go", "build", "-o", program, "."], cwd=ORACLE, capture_output=True, text=True, check=False)
    if built.returncode:
        pytest.skip(f"the oracle does not build here: {built.stderr[-200:]}")

    def answers(texts):
        asked = "\n".join(json.dumps(text) for text in texts)
        said = subprocess.run([program], input=asked, capture_output=True, text=True, check=True).stdout
        return [json.loads(line, parse_int=integer) for line in said.splitlines()]

    return answers


def integer(digits):
    return int(digits) if -(2**63) <= int(digits) < 2**63 else float(digits)


def ours(text):
    try:
        return {"value": load(text, KUBERNETES).data}
    except MalformedError:
        return {"error": None}


def compare(ask, texts):
    wrong = []
    for text, theirs in zip(texts, ask(texts), strict=True):
        mine = ours(text)
        if ("error" in mine) != ("error" in theirs) or ("value" in mine and repr(ordered(mine["value"])) != repr(ordered(theirs["value"]))):
            wrong.append((text, mine, theirs))
    assert wrong == []


def ordered(value):
    if isinstance(value, dict):
        return [(key, ordered(value[key])) for key in sorted(value)]
    return [ordered(item) for item in value] if isinstance(value, list) else value


def test_scalars_as_values_and_keys(ask):
    texts = [f"a: {word}" for word in WORDS] + [f"{word}: 1" for word in WORDS if word != "<<"] + [f"a: '{word}'" for word in WORDS]
    compare(ask, texts)


def test_random_numbers(ask):
    pick = random.Random(1)
    texts = [f"a: {''.join(pick.choices('0123456789_.+-eExobafAF', k=pick.randint(1, 7)))}" for _ in range(4000)]
    compare(ask, [text for text in texts if not text.startswith("a: - ")])


def test_random_documents(ask):
    pick = random.Random(2)
    compare(ask, [a_document(pick) for _ in range(3000)])


def a_document(pick):
    anchors = []
    lines = [f"k{index}: {a_node(pick, anchors, 0)}" for index in range(pick.randint(1, 4))]
    if anchors and pick.random() < 0.5:
        lines.append(f"m:\n  a: 1\n  <<: {pick.choice([f'*{pick.choice(anchors)}', f'[*{pick.choice(anchors)}, {{a: 7, z: 8}}]'])}\n  b: 2")
    return "\n".join(lines) + "\n"


def a_node(pick, anchors, depth):
    kind = pick.random()
    if anchors and kind < 0.15:
        return f"*{pick.choice(anchors)} "
    if depth > 3 or kind < 0.5:
        return a_scalar(pick)
    anchor = ""
    if pick.random() < 0.4:
        anchor = f"&a{len(anchors)} "
    inner = [a_node(pick, anchors, depth + 1) for _ in range(pick.randint(0, 3))]
    if anchor:
        anchors.append(anchor[1:-1])
    keys = pick.sample(["a", "b", "c", "'y'", "y", "1.0", "0x10", "~x", '"<<"'], len(inner))
    body = (
        "{" + ", ".join(f"{key}: {value}" for key, value in zip(keys, inner, strict=True)) + "}" if kind < 0.75 else f"[{', '.join(inner)}]"
    )
    return anchor + body


def a_scalar(pick):
    word = pick.choice([word for word in WORDS if word not in ("-", "--", "a:", "<<", "=")])
    tag = "" if len(word) > 18 else pick.choice(TAGS)  # Go refuses !!float for integers between 2**63 and 2**64: not worth imitating
    return tag + pick.choice([word, word, f"'{word}'", f'"{word}"'])
