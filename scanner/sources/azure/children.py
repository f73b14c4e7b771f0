"""What Resource Graph does not list: settings that are resources below another, asked of the resource's own API.

What may not be read is there all the same, with properties that are unknown and say why: no rule takes it for absent.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from scanner.model.platform import FailedError
from scanner.model.problem import Problem
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.sources.azure.cloud import Azure
from scanner.sources.azure.graph import needed
from scanner.tables import table
from scanner.typed import Any, Iterator, Mapping, Sequence

AT_ONCE = 8
_MOST_PAGES = 200


class Question(NamedTuple):
    """One GET below a resource: the type that it gives. ``each`` asks for every item of the list by itself too."""

    parent: str
    type: str
    path: str
    api: str
    each: bool = False


class Answer(NamedTuple):
    """What a question gave; ``error`` where it gave nothing or not all."""

    question: Question
    found: list[dict[str, Any]]
    error: FailedError | None = None


def children(azure: Azure, objects: Sequence[Mapping[str, Any]], wanted: Wanted, title: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the wanted children of these objects in order, and one problem per kind that could not be read."""
    found: list[dict[str, Any]] = []
    failed: list[tuple[Question, FailedError]] = []
    level: Sequence[Mapping[str, Any]] = objects
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while level:  # children of children: the routes of an endpoint
            answers = list(pool.map(lambda question: _asked(azure, question), list(_questions(level, wanted))))
            silent = [(one.question, one.error) for one in answers if one.error is not None]
            given = [one for answer in answers for one in answer.found]
            found += [*given, *(_unseen(question, error) for question, error in silent)]
            failed += silent
            level = given
    return found, _problems(failed, title)


def _questions(objects: Sequence[Mapping[str, Any]], wanted: Wanted) -> Iterator[Question]:
    rows = table("azure_children")["children"]
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if wanted.everything or not wanted.types.isdisjoint((row["type"], *row.get("leads_to", ()))):
            for parent in row["of"]:
                asked.setdefault(parent.lower(), []).append(row)
    for one in objects:
        for row in asked.get(str(one["type"]).lower(), ()):
            if _applies(row, one):
                yield Question(str(one["id"]), row["type"], row["path"], row["api"], bool(row.get("each")))


def _applies(row: Mapping[str, Any], parent: Mapping[str, Any]) -> bool:
    """Tell whether a parent can have such children at all."""
    only = all(_at(parent, path) in values for path, values in row.get("only", {}).items())
    return only and not any(_at(parent, path) in values for path, values in row.get("unless", {}).items())


def _at(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _asked(azure: Azure, question: Question) -> Answer:
    found: list[dict[str, Any]] = []
    link, query = f"{question.parent}/{question.path}", {"api-version": question.api}
    for _ in range(_MOST_PAGES):
        try:
            answer = azure.rest.get(link, query)
        except FailedError as error:
            return Answer(question, found, None if _has_none(error) else error)
        items = answer["value"] if isinstance(answer.get("value"), list) else [answer]
        given = [_child(item, question) for item in items if isinstance(item, dict)]
        try:
            found += [_child(azure.rest.get(one["id"], {"api-version": question.api}), question) if question.each else one for one in given]
        except FailedError as error:
            return Answer(question, found, error)
        link, query = str(answer.get("nextLink") or ""), {}
        if not link:
            return Answer(question, found)
    return Answer(question, found, FailedError("too-large", f"{question.path} has more than {_MOST_PAGES} pages"))


def _child(item: dict[str, Any], question: Question) -> dict[str, Any]:
    named = f"{question.parent}/{question.path}/{item.get('name') or 'default'}"
    return {**item, "id": str(item.get("id") or named), "type": question.type, "parent": question.parent}


def _has_none(error: FailedError) -> bool:
    """Tell whether an answer means that this resource has no such children: it went away, or is of a kind that cannot have them."""
    return error.status == 404 or (error.status in (400, 409) and "notsupported" in error.code.lower())


def _unseen(question: Question, error: FailedError) -> dict[str, Any]:
    place = f"{question.parent}/{question.path}"
    cause = Unknown(f"{question.type} may not be read or gave no answer: {error.detail}", place)
    return {"id": f"{place}/?", "name": cause, "type": question.type, "parent": question.parent, "properties": cause}


def _problems(failed: Sequence[tuple[Question, FailedError]], title: str) -> list[Problem]:
    """Say once per type and reason what was not read, with the first resource as the example."""
    groups: dict[tuple[str, str, str], list[tuple[Question, FailedError]]] = {}
    for question, error in failed:
        groups.setdefault((question.type, error.kind, error.code), []).append((question, error))
    return [_problem(group, title) for _, group in sorted(groups.items())]


def _problem(group: Sequence[tuple[Question, FailedError]], title: str) -> Problem:
    question, error = group[0]
    many = f" and of {len(group) - 1} more" if len(group) > 1 else ""
    hint = f"; {needed(question.parent)}" if error.kind == "forbidden" else ""
    return Problem(error.kind, None, f"{title}: {question.type} of {question.parent}{many} not read: {error.detail}{hint}")
