"""Rules judged by several processes: each takes a share of them over the same resources, and gives back plain answers.

A process is a fork, so that nothing has to be handed over beforehand; where there is no fork one process judges all.
"""

from __future__ import annotations

import os
import pickle
from itertools import chain

from scanner.evaluate import Evaluation, Remedy
from scanner.inventory import Inventory
from scanner.model.finding import Finding
from scanner.model.problem import Problem
from scanner.model.record import NamedTuple
from scanner.model.report import RuleNotRun
from scanner.model.rule import Rule
from scanner.ruleset.remedies import Change
from scanner.typed import Callable, Collection, Sequence


class Plain(NamedTuple):
    """An evaluation without resources, which hold whole files: a remedy is the numbers of its finding and resource, and its changes."""

    findings: list[Finding]
    problems: list[Problem]
    not_run: list[RuleNotRun]
    remedies: list[tuple[int, int, tuple[Change, ...]]]


Judge = Callable[[Sequence[Rule]], Evaluation]
_MOST = 4
_VIEW = 80
"""Deriving a view's facts takes as long as judging so many rules, give or take."""
_FEWEST = 20
"""Rules below which a further process costs more than it saves."""


def processors() -> int:
    """Return how many processes may work at once without being asked for: what this one may use of the machine, at most four.

    One where there is no such limit to read: macOS, where a fork does not get along with the system's own libraries.
    """
    return min(len(os.sched_getaffinity(0)), _MOST) if hasattr(os, "sched_getaffinity") else 1


def shared(
    judge: Judge, rules: Sequence[Rule], inventory: Inventory, jobs: int, behind: Callable[[Rule], Collection[str]] = lambda _: ()
) -> Evaluation:
    """Return what ``judge`` says of all rules, in their order, asked by at most ``jobs`` processes. Raises what ``judge`` raises.

    ``behind`` names the views behind a rule: those that ask the same are asked by one process, which derives their facts alone.
    """
    number = min(jobs, len(rules) // _FEWEST)
    if number < 2 or not hasattr(os, "fork"):
        return judge(rules)
    shares = _shares(rules, number, behind)
    asked = [_ask(judge, share, inventory) for share in shares[1:]]
    try:
        parts = [judge(shares[0])]
    finally:
        answers = [_answer(*child) for child in asked]
    for share, answer in zip(shares[1:], answers, strict=True):
        parts.append(judge(share) if answer is None else _whole(answer, inventory))
    return _in_order(Evaluation(*(list(chain.from_iterable(each)) for each in zip(*parts, strict=True))), rules)


def _shares(rules: Sequence[Rule], number: int, behind: Callable[[Rule], Collection[str]]) -> list[list[Rule]]:
    """Cut rules into shares that take about as long, each in the order of the rules; the heaviest views come first, to this process."""
    at = {rule.id: place for place, rule in enumerate(rules)}
    shares: list[list[Rule]] = [[] for _ in range(number)]
    loads = [0] * number
    for group, views in sorted(_groups(rules, behind), key=lambda one: (-len(one[0]) - _VIEW * len(one[1]), at[one[0][0].id])):
        least = loads.index(min(loads))
        shares[least] += group
        loads[least] += len(group) + _VIEW * len(views)
    return [sorted(share, key=lambda rule: at[rule.id]) for share in shares if share]


def _groups(rules: Sequence[Rule], behind: Callable[[Rule], Collection[str]]) -> list[tuple[list[Rule], frozenset[str]]]:
    """Return rules that share a view, through others too, with their views; a rule without one stands alone."""
    groups: list[tuple[list[Rule], frozenset[str]]] = []
    for rule in rules:
        views = frozenset(behind(rule))
        same = [one for one in groups if not views.isdisjoint(one[1])]
        groups = [one for one in groups if one not in same]
        groups.append(([*chain.from_iterable(group for group, _ in same), rule], views.union(*(more for _, more in same))))
    return groups


def _in_order(said: Evaluation, rules: Sequence[Rule]) -> Evaluation:
    at = {rule.id: place for place, rule in enumerate(rules)}
    return Evaluation(
        sorted(said.findings, key=lambda finding: at[finding.rule.id]),
        sorted(said.problems, key=lambda crash: at.get(crash.detail.partition(" ")[0], 0)),
        sorted(said.not_run, key=lambda row: at[row.rule]),
        sorted(said.remedies, key=lambda remedy: at[remedy.finding.rule.id]),
    )


def _ask(judge: Judge, share: Sequence[Rule], inventory: Inventory) -> tuple[int, int]:
    """Start a process that judges a share; return its id and the pipe that the answer comes from, empty where it failed."""
    answers, questions = os.pipe()
    child = os.fork()
    if child:
        os.close(questions)
        return child, answers
    try:
        with os.fdopen(questions, "wb") as pipe:
            pipe.write(pickle.dumps(_plain(judge(share), inventory), pickle.HIGHEST_PROTOCOL))
    finally:
        os._exit(0)  # nothing of the parent's is flushed or closed twice


def _answer(child: int, answers: int) -> Plain | None:
    with os.fdopen(answers, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    try:
        found: Plain = pickle.loads(content)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        return None  # it failed: this process does its share, and meets the same error
    return found


def _plain(said: Evaluation, inventory: Inventory) -> Plain:
    numbers = {id(resource): number for number, resource in enumerate(inventory.all)} if said.remedies else {}
    found = {id(finding): number for number, finding in enumerate(said.findings)}
    remedies = [(found[id(one.finding)], numbers[id(one.resource)], one.changes) for one in said.remedies]
    return Plain(said.findings, said.problems, said.not_run, remedies)


def _whole(plain: Plain, inventory: Inventory) -> Evaluation:
    resources = list(inventory.all) if plain.remedies else []
    remedies = [Remedy(plain.findings[finding], resources[resource], changes) for finding, resource, changes in plain.remedies]
    return Evaluation(plain.findings, plain.problems, plain.not_run, remedies)
