"""Text: underlines at the exact columns, groups that stay readable, colour that changes nothing else."""

import re

import pytest
from sample_report import DATABASE, HOST_NETWORK, PRIVILEGED, WEB, finding, sample

from scanner.model.finding import Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.model.resource import Key
from scanner.render import render


def one(span: Span, text: str, **more: object) -> Report:
    """Return a report with one finding in one file."""
    return sample()._replace(
        verdicts=(Verdict(finding(PRIVILEGED, WEB, "fail", span, "message", **more), "high"),),
        problems=(), accepted=(), notes=(), text=lambda path: text,
    )  # fmt: skip


def underlined(report: Report, width: int = 100) -> str:
    """Return what stands above the carets."""
    lines = render("text", report, width=width).splitlines()
    at = next(number for number, line in enumerate(lines) if re.search(r"\| +\^", line))
    start, end = lines[at].index("^"), lines[at].rindex("^") + 1
    return lines[at - 1][start:end]


@pytest.mark.parametrize(
    ("span", "text", "expected"),
    [
        (Span("a", 2, 3, 2, 19), "a:\n  privileged: true\n", "privileged: true"),
        (Span("a", 1, 2, 1, 6), "\tkey: v", "key:"),
        (Span("a", 1, 4, 1, 9), "ä, käse: 1", "käse:"),
        (Span("a", 1, 1, 1, 18), "password: hunter22", "password: ***"),
        (Span("a", 1, 11, 1, 19), "password: hunter22", "***"),
        (Span("a", 1, 22, 1, 29), "{password: hunter22, b: true, c: 1}", "b: true"),
        (Span("a", 1, 1, 3, 1), "key:\n  a: b\nc", "key:"),
        (Span("a", 1, 3, 1, 3), "ab:cd", ":"),
        (Span("a", 1, 1, 1, 3), "\ufeffab: c", "ab"),
        (Span("a", 1, 401, 1, 405), "x" * 400 + "here" + "y" * 400, "here"),
    ],
)
def test_the_exact_columns_are_underlined(span: Span, text: str, expected: str) -> None:
    assert underlined(one(span, text)) == expected


def test_wide_characters_take_two_columns() -> None:
    lines = render("text", one(Span("a", 1, 4, 1, 6), "名前: ok")).splitlines()
    assert next(line for line in lines if "^" in line).index("^") - next(line for line in lines if "名前" in line).index("名前") == 5


def test_a_place_that_is_not_in_the_text_is_named_without_excerpt() -> None:
    text = render("text", one(Span("gone.yaml", 99, 1, 99, 2), "one line"))
    assert "gone.yaml:99:1" in text
    assert "^" not in text


def test_many_findings_of_a_rule_are_three_in_full_and_the_rest_in_one_line_each() -> None:
    many = tuple(
        Verdict(finding(PRIVILEGED, WEB, "fail", Span("a.yaml", n, 1, n, 2), f"number {n} " + "x" * 200), "high") for n in range(1, 101)
    )
    text = render("text", one(Span("a", 1, 1, 1, 2), "x: 1\n" * 200)._replace(verdicts=many), width=80)
    assert text.count("critical[") + text.count("high[") == 3
    assert text.count("= why:") == 1
    assert "and 97 more of DEMO-001 privileged:" in text
    assert "a.yaml:100:1  number 100" in text
    assert len(text.splitlines()) < 130
    assert max(len(line) for line in text.splitlines() if "[" not in line) <= 80


def test_the_worst_comes_first_and_unknowns_after_failures() -> None:
    heads = re.findall(r"^(\w[\w ]*)\[DEMO-\d+", render("text", sample()), flags=re.MULTILINE)
    assert heads == ["critical"] * 3 + ["high"] * 2 + ["info"] + ["unknown high"] * 2


def test_colour_adds_escapes_and_nothing_else() -> None:
    coloured = render("text", sample(), colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render("text", sample())


def test_many_problems_stay_readable() -> None:
    problems = tuple(Problem("unparsable", Span(f"{number}.yaml", 2, 1, 2, 1), "bad") for number in range(100))
    text = render("text", sample()._replace(verdicts=(), problems=problems, accepted=()))
    assert " COULD NOT LOOK: 100 problems" in text
    assert text.count("problem[unparsable]: bad") == 20
    assert "   99.yaml:2:1  unparsable: bad" in text


def test_an_empty_note_is_no_note() -> None:
    assert render("text", sample()._replace(notes=("  ",)))


def test_nothing_open_is_said() -> None:
    last = render("text", sample()._replace(verdicts=(), problems=(), accepted=(), notes=())).splitlines()[0]
    assert last == "nothing open · 4 files, 5 resources, 7 rules"


def test_the_cause_of_an_unknown_is_shown() -> None:
    report = sample()._replace(verdicts=(Verdict(finding(HOST_NETWORK, WEB, "unknown", None, "m", cause="var.a has no value"), "high"),))
    assert "= unknown because: var.a has no value" in render("text", report)


def at_one_place(*keys: Key, outcome: str = "fail", cause: str | None = None) -> Report:
    """Return a report with a finding about each resource, all at one line."""
    here = Span("m/main.tf", 1, 1, 1, 2)
    found = tuple(
        Verdict(finding(PRIVILEGED, key, outcome, here, "cannot be judged", cause=cause, fingerprint=f"{number}"), "high")
        for number, key in enumerate(keys)
    )
    return sample()._replace(verdicts=found, problems=(), accepted=(), notes=())


def test_what_one_line_does_to_many_resources_is_said_once() -> None:
    stores = [DATABASE._replace(address=f"module.m[{number}].x.this") for number in range(8)]
    text = render("text", at_one_place(*stores))
    assert text.count("m/main.tf:1:1") == 1
    named = " ".join(line.strip() for line in text.splitlines())
    assert "the same here: module.m[1].x.this, module.m[2].x.this, module.m[3].x.this, module.m[4].x.this, and 3 more" in named
    assert "8 open: 8 high" in text


def test_roots_that_share_a_module_are_named() -> None:
    text = render("text", at_one_place(*(DATABASE._replace(scope=scope) for scope in ("prod", "dev", "test"))))
    assert "= the same here: in dev, prod, test" in text


def test_an_unknown_says_whose_it_is() -> None:
    text = render("text", at_one_place(DATABASE, outcome="unknown", cause="cannot be judged"))
    assert "unknown high[DEMO-001 privileged]: azurerm_mssql_server.main cannot be judged" in text


def test_much_that_is_open_ends_with_where_to_begin() -> None:
    lines = render("text", at_one_place(*[WEB] * 40), width=70).splitlines()
    assert lines[-7:-5] == ["begin with:", "  high     DEMO-001 privileged, 40 findings: Title of privileged"]
    assert "begin with:" not in render("text", sample())


def test_no_name_of_the_input_commands_a_pipeline() -> None:
    name = "##vso[task.setvariable variable=PATH]/tmp"
    text = render("text", at_one_place(WEB._replace(address=name), DATABASE._replace(address=name)))
    assert "##vso[" not in text
    assert "##vso [task.setvariable" in render("text", one(Span("a", 1, 1, 1, 2), name))
