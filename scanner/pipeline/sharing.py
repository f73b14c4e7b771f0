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
from scanner.typed import Callable, Sequence


class Plain(NamedTuple):
    """An evaluation without resources, which hold whole files: a remedy is the numbers of its finding and resource, and its changes."""

    findings: list[Finding]
    problems: list[Problem]
    not_run: list[RuleNotRun]
    remedies: list[tuple[int, int, tuple[Change, ...]]]


Judge = Callable[[Sequence[Rule]], Evaluation]
_MOST = 4
_FEWEST = 20
"""Rules below which a further process costs more than it saves."""


def processors() -> int:
    """Return how many processes may work at once without being asked for: what this one may use of the machine, at most four.

    One where there is no such limit to read: macOS, where a fork does not get along with the system's own libraries.
    """
    return min(len(os.sched_getaffinity(0)), _MOST) if hasattr(os, "sched_getaffinity") else 1


def shared(judge: Judge, rules: Sequence[Rule], inventory: Inventory, jobs: int) -> Evaluation:
    """Return what ``judge`` says of all rules, in their order, asked by at most ``jobs`` processes. Raises what ``judge`` raises."""
    number = min(jobs, len(rules) // _FEWEST)
    if number < 2 or not hasattr(os, "fork"):
        return judge(rules)
    size = -(-len(rules) // number)
    shares = [rules[at : at + size] for at in range(0, len(rules), size)]
    asked = [_ask(judge, share, inventory) for share in shares[1:]]
    try:
        parts = [judge(shares[0])]
    finally:
        answers = [_answer(*child) for child in asked]
    for share, answer in zip(shares[1:], answers, strict=True):
        parts.append(judge(share) if answer is None else _whole(answer, inventory))
    return Evaluation(*(list(chain.from_iterable(each)) for each in zip(*parts, strict=True)))


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
