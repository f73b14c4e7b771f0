"""Rules judged by several processes over the same resources: each takes the next ones when it is free, and gives back plain answers.

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
from scanner.typed import Callable, Collection, Iterable, Iterator, Sequence


class Plain(NamedTuple):
    """An evaluation without resources, which hold whole files: a remedy is the numbers of its finding and resource, and its changes.

    ``taken`` are the numbers of the groups of rules that it is of.
    """

    taken: list[int]
    findings: list[Finding]
    problems: list[Problem]
    not_run: list[RuleNotRun]
    remedies: list[tuple[int, int, tuple[Change, ...]]]


Judge = Callable[[Iterable[Rule]], Evaluation]
Groups = Sequence[Sequence[Rule]]
_MOST = 4
_NUMBERS = 256
"""Groups that a byte can name."""
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
    groups = _groups(rules, behind)
    numbers, taken = _numbers(len(groups)), [0]
    asked = [_ask(judge, groups, numbers, inventory) for _ in range(number - 1)]
    try:
        parts = [judge(chain(groups[0], _next(groups, numbers, taken)))]
    finally:
        while os.read(numbers, _NUMBERS):  # where this one failed, the others need not go on
            pass
        os.close(numbers)
        answers = [_answer(*child) for child in asked if child is not None]
    for answer in answers:
        if answer is not None:
            parts.append(_whole(answer, inventory))
            taken += answer.taken
    if len(taken) < len(groups):  # a process failed: this one does its share, and meets the same error
        parts.append(judge([rule for at, group in enumerate(groups) if at not in taken for rule in group]))
    return _in_order(Evaluation(*(list(chain.from_iterable(each)) for each in zip(*parts, strict=True))), rules)


def _groups(rules: Sequence[Rule], behind: Callable[[Rule], Collection[str]]) -> Groups:
    """Return rules in groups that stay together: those that share a view, through others too, the most first, then the others."""
    found: list[tuple[list[Rule], frozenset[str]]] = []
    alone: list[Rule] = []
    for rule in rules:
        views = frozenset(behind(rule))
        if not views:
            alone.append(rule)
            continue
        same = [one for one in found if not views.isdisjoint(one[1])]
        found = [one for one in found if one not in same]
        found.append(([*chain.from_iterable(group for group, _ in same), rule], views.union(*(more for _, more in same))))
    sharing = [group for group, _ in sorted(found, key=lambda one: (-len(one[1]), -len(one[0])))]
    together = 1 + len(alone) // (_NUMBERS - len(sharing))
    return [*sharing, *(alone[at : at + together] for at in range(0, len(alone), together))]


def _numbers(count: int) -> int:
    """Return a pipe of the numbers of all groups but the first, each a byte: who reads one takes it from all others."""
    numbers, filling = os.pipe()
    os.write(filling, bytes(range(1, count)))
    os.close(filling)
    return numbers


def _next(groups: Groups, numbers: int, taken: list[int]) -> Iterator[Rule]:
    """Yield the rules of the groups that nobody has taken yet, and note them in ``taken``."""
    while number := os.read(numbers, 1):
        taken.append(number[0])
        yield from groups[number[0]]


def _in_order(said: Evaluation, rules: Sequence[Rule]) -> Evaluation:
    at = {rule.id: place for place, rule in enumerate(rules)}
    return Evaluation(
        sorted(said.findings, key=lambda finding: at[finding.rule.id]),
        sorted(said.problems, key=lambda crash: at.get(crash.detail.partition(" ")[0], 0)),
        sorted(said.not_run, key=lambda row: at[row.rule]),
        sorted(said.remedies, key=lambda remedy: at[remedy.finding.rule.id]),
    )


def _ask(judge: Judge, groups: Groups, numbers: int, inventory: Inventory) -> tuple[int, int] | None:
    """Start a process that judges what it can take; return its id and the pipe that the answer comes from, empty where it failed.

    None where no process could be started.
    """
    answers, questions = os.pipe()
    try:
        child = os.fork()
    except OSError:  # a limit on processes, as containers have: the others judge it all
        os.close(answers)
        os.close(questions)
        return None
    if child:
        os.close(questions)
        return child, answers
    os.close(answers)  # else this process waits for itself where the one that asked is gone
    try:
        with os.fdopen(questions, "wb") as pipe:
            taken: list[int] = []
            said = judge(_next(groups, numbers, taken))
            pipe.write(pickle.dumps(_plain(said, taken, inventory), pickle.HIGHEST_PROTOCOL))
    finally:
        os._exit(0)  # nothing of the parent's is flushed or closed twice


def _answer(child: int, answers: int) -> Plain | None:
    with os.fdopen(answers, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    try:
        found: Plain = pickle.loads(content)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        return None
    return found


def _plain(said: Evaluation, taken: list[int], inventory: Inventory) -> Plain:
    numbers = {id(resource): number for number, resource in enumerate(inventory.all)} if said.remedies else {}
    found = {id(finding): number for number, finding in enumerate(said.findings)}
    remedies = [(found[id(one.finding)], numbers[id(one.resource)], one.changes) for one in said.remedies]
    return Plain(taken, said.findings, said.problems, said.not_run, remedies)


def _whole(plain: Plain, inventory: Inventory) -> Evaluation:
    resources = list(inventory.all) if plain.remedies else []
    remedies = [Remedy(plain.findings[finding], resources[resource], changes) for finding, resource, changes in plain.remedies]
    return Evaluation(plain.findings, plain.problems, plain.not_run, remedies)
