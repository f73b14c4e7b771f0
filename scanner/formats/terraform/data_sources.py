"""Data sources whose answer is in the configuration itself: None stands for what only the platform knows."""

from __future__ import annotations

from scanner.formats.terraform.blocks import data_of
from scanner.formats.terraform.functions.encoding import json_text, value_of
from scanner.formats.terraform.functions.files import read_text, render
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.values import Value, first_unknown, unknown_text
from scanner.model.unknown import UNKNOWN_TEXT, Unknown
from scanner.syntax.hcl.nodes import Body
from scanner.typed import Any, Callable, Iterator

Region = Callable[[], Value]


def answer(type_name: str, attribute: str, body: Body, scope: Scope, region: Region) -> Value:
    """Return an attribute of a data source; ``region`` gives the region of its provider configuration."""
    known = _KNOWN.get(type_name)
    return known(attribute, body, scope, region) if known else None


def _policy_document(attribute: str, body: Body, scope: Scope, _: Region) -> Value:
    """Write what ``aws_iam_policy_document`` describes; one that builds on other documents is left to the provider."""
    if attribute not in {"json", "minified_json"}:
        return None
    lost = next(_broken(body), None)
    if lost is not None:
        return unknown_text(Unknown(lost), None)
    data = data_of(body, scope)
    if any(data.get(name) not in (None, "", []) for name in _PARTS):
        return None
    statements = data.get("statement", [])
    if isinstance(statements, Unknown):
        return unknown_text(statements, None)
    document = {"Version": _said(data.get("version"), "2012-10-17"), "Statement": [_statement(one) for one in statements]}
    unknown = _first_unknown(document)
    return unknown_text(unknown, document) if unknown is not None else json_text(value_of(document))


_PARTS = ("source_json", "override_json", "source_policy_documents", "override_policy_documents")


def _broken(body: Body) -> Iterator[str]:
    """Yield why a body, or a block in it, was not read whole."""
    if body.broken is not None:
        yield body.broken
    for block in body.blocks:
        yield from _broken(block.body)


def _said(value: Any, default: str) -> Any:
    return default if value in (None, "") else value


def _statement(one: dict[str, Any]) -> dict[str, Any]:
    """Write one statement; a list of one is written without brackets, as the provider does."""
    found: dict[str, Any] = {"Sid": one.get("sid"), "Effect": _said(one.get("effect"), "Allow")}
    for name, written in (("actions", "Action"), ("not_actions", "NotAction"), ("resources", "Resource"), ("not_resources", "NotResource")):
        found[written] = _single(one.get(name))
    found["Principal"] = _principals(one.get("principals"))
    found["NotPrincipal"] = _principals(one.get("not_principals"))
    found["Condition"] = _conditions(one.get("condition"))
    return {name: value for name, value in found.items() if value is not None}


def _single(values: Any) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _principals(blocks: Any) -> Any:
    unknown = _unknown_key(blocks, "type")
    if not isinstance(blocks, list) or unknown is not None:
        return blocks if unknown is None else unknown
    if any(block.get("type") == "*" for block in blocks):
        return "*"
    return {str(block.get("type")): _single(block.get("identifiers")) for block in blocks}


def _conditions(blocks: Any) -> Any:
    unknown = _unknown_key(blocks, "test", "variable")
    if not isinstance(blocks, list) or unknown is not None:
        return blocks if unknown is None else unknown
    found: dict[str, dict[str, Any]] = {}
    for block in blocks:
        found.setdefault(str(block.get("test")), {})[str(block.get("variable"))] = _single(block.get("values"))
    return found


def _unknown_key(blocks: Any, *names: str) -> Unknown | None:
    """Return why nobody knows under which key one of the blocks is written."""
    values = (block.get(name) for block in (blocks if isinstance(blocks, list) else ()) for name in names)
    return next((value for value in values if isinstance(value, Unknown)), None)


def _first_unknown(data: Any) -> Unknown | None:
    return first_unknown(value_of(data))


def _region(attribute: str, body: Body, scope: Scope, region: Region) -> Value:
    own = data_of(body, scope)
    if attribute not in {"name", "region", "id"}:
        return None
    return own.get("region") or own.get("name") or region()


def _partition(attribute: str, body: Body, scope: Scope, region: Region) -> Value:  # noqa: ARG001 - the shape of all answers
    """Tell the partition by the region: each has prefixes of its own."""
    found = region()
    if not isinstance(found, str) or attribute not in {"partition", "id", "dns_suffix"}:
        return None
    name, suffix = next((rest for prefix, *rest in _PARTITIONS if found.startswith(prefix)), ["aws", "amazonaws.com"])
    return suffix if attribute == "dns_suffix" else name


_PARTITIONS = (
    ("cn-", "aws-cn", "amazonaws.com.cn"), ("us-gov-", "aws-us-gov", "amazonaws.com"), ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"), ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
)  # fmt: skip


def _local_file(attribute: str, body: Body, scope: Scope, _: Region) -> Value:
    path = data_of(body, scope).get("filename")
    return read_text(scope, path) if attribute == "content" and isinstance(path, str) else None


def _template_file(attribute: str, body: Body, scope: Scope, _: Region) -> Value:
    data = data_of(body, scope)
    template, variables = data.get("template"), data.get("vars") or {}
    if attribute != "rendered" or not isinstance(template, str) or not isinstance(variables, dict) or UNKNOWN_TEXT in template:
        return None
    return render(scope, template, {name: value_of(value) for name, value in variables.items()})


_KNOWN: dict[str, Callable[[str, Body, Scope, Region], Value]] = {
    "aws_iam_policy_document": _policy_document,
    "aws_partition": _partition,
    "aws_region": _region,
    "local_file": _local_file,
    "template_file": _template_file,
}
