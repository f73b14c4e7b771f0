"""Every key of plumbrule.yaml, documented once: the check, the JSON Schema for editors and ``plumbrule init`` all read it here."""

from __future__ import annotations

from scanner.model.record import NamedTuple
from scanner.typed import Any, Literal, Mapping

Kind = Literal["text", "url", "flag", "number", "date", "map", "list", "any"]


class Field(NamedTuple):
    """What may stand under a key.

    ``choices`` closes a text, ``fields`` names the keys of a map, ``values`` is what a map of free keys holds, ``items`` what a list
    holds; ``required`` are the keys that a map must have. ``also`` is a second shape that is accepted as it is.
    """

    kind: Kind
    doc: str = ""
    choices: tuple[str, ...] = ()
    fields: Mapping[str, Field] = {}
    values: Field | None = None
    items: Field | None = None
    required: tuple[str, ...] = ()
    also: Field | None = None


def _text(doc: str = "", *choices: str) -> Field:
    return Field("text", doc, choices)


def _flag(doc: str) -> Field:
    return Field("flag", doc)


def _words(doc: str, *choices: str) -> Field:
    return Field("list", doc, items=_text("", *choices))


def _map(doc: str, required: tuple[str, ...] = (), **fields: Field) -> Field:
    return Field("map", doc, fields=fields, required=required)


def _each(doc: str, values: Field) -> Field:
    return Field("map", doc, values=values)


def _list(doc: str, items: Field) -> Field:
    return Field("list", doc, items=items)


ANY = Field("any")
SEVERITY = ("critical", "high", "medium", "low", "info")
PROBLEMS = (
    "unreadable", "unparsable", "unsupported", "unrenderable", "unreachable", "forbidden", "too-large", "duplicate-key",
    "nothing-recognised", "rule-crash", "engine-failed",
)  # fmt: skip

_RULE = _map(
    "what the organisation changes about one rule",
    severity=_text("severity to report it with", *SEVERITY),
    default=_text("whether profiles run it", "on", "off", "opt-in"),
    params=_each("values of the rule's parameters", ANY),
)
_SUPPRESSION = _map(
    "findings that are known and accepted",
    ("rules", "reason"),
    rules=_words("ids, slugs, areas, aliases or globs"),
    paths=_words("path globs, relative to the folder of this file; all paths where absent"),
    resources=_words("globs over the resource address; all resources where absent"),
    reason=_text("why; shown in every report that shows suppressed findings"),
)
_ACCEPT = _map(
    "problems that do not make a scan incomplete; they are still shown",
    ("kinds", "reason"),
    kinds=_words("kinds of problem", *PROBLEMS),
    paths=_words("path globs, relative to the folder of this file; all paths where absent"),
    reason=_text("why the team can live with it"),
)
_CLUSTER = _map(
    "one cluster, by kubeconfig context or by a name of your own",
    name=_text("the name that people use"),
    region=_text("where its nodes are, as in the regions table"),
    owner=_text("who answers for it"),
)
_ROOT = _map(
    "how one Terraform root module is evaluated",
    var_files=_words("tfvars files, relative to the root module"),
    workspace=_text("terraform.workspace"),
    variables=_each("values of variables", ANY),
)
_OWNER = _map(
    "who owns what; the last entry that matches wins",
    ("owner",),
    owner=_text("team or person, as your issue tracker knows them"),
    paths=_words("path globs"),
    namespaces=_words("namespace globs"),
    resources=_words("globs over the resource address"),
)

_SEVERITY = _map(
    "what makes findings worse or better than their rule says; every entry that fits applies, in this order",
    ("reason",),
    rules=_words("ids, slugs, areas or globs; all where absent"),
    resources=_words("globs over the resource address; all where absent"),
    environments=_words("globs over the value of the tag or label environment, of the resource or its namespace"),
    exposed=_flag("only what answers the internet (workloads, public databases and storage, load balancers, …), or only others"),
    severity=_text("the severity there", *SEVERITY),
    lower=Field("number", "steps down, at most to low"),
    **{"raise": Field("number", "steps up, at most to critical")},
    reason=_text("why; shown with every finding that it changes"),
)

_PLACES = _map(
    "allowed places",
    countries=_words("ISO 3166 codes"),
    jurisdictions=_words("eu, eea, adequacy, adequacy_partial, third, global"),
    exclude_countries=_words("ISO 3166 codes that are not allowed, whatever their jurisdiction"),
)
_WHERE = Field("text", "the name of a profile, or any", also=_PLACES)
_RESIDENCY_PROFILE = Field(
    "map",
    "allowed places; a kind of edge (`backup: eu-only`) may have its own",
    fields={
        **_PLACES.fields,
        "kinds": _each("per kind of edge", _WHERE),
        "classifications": _each("per classification", _WHERE),
    },
    values=_WHERE,
)
_REGION = Field("text", also=_each("path glob → region", _text()))

_TAGS = {
    "required": _words("names of tags that must be there"),
    "values": _each("tag → the values that it may have, exactly", _words("")),
    "patterns": _each("tag → a regular expression for the whole value", _text()),
    "defaults": _each("tag → the value that `--fix` writes where the tag is required and missing", _text()),
}
_WHICH = {
    "types": _words("globs over resource types; all where absent"),
    "environments": _words("globs over the value of the tag environment; all where absent"),
}

KEYS: Mapping[str, Field] = {
    "extends": Field("text", "configuration to build on: a path inside the repository, optionally `path@sha256:digest`", also=_words("")),
    "profile": _text("which rules run", "starter", "platform", "audit"),
    "select": _words("rules to run instead of the profile's: ids, slugs, areas, aliases or globs"),
    "skip": _words("rules to leave out: ids, slugs, areas, aliases or globs"),
    "fail_on": _text("lowest severity that ends with exit code 1", *SEVERITY[:4]),
    "fail_on_unknown": _flag("unknown outcomes end with exit code 1 too"),
    "exclude": _words("path globs that are not scanned"),
    "rule_folders": _words("folders with rules of your own, relative to this file"),
    "rules": _each("per rule id", _RULE),
    "rule_pages": Field("url", "where the site of `plumbrule rules docs --output` is published; findings link to it"),
    "jobs": Field("number", "how many processes may judge rules at once; when it is not said, more than one only for thousands of objects"),
    "suppressions": _list("findings that are known and accepted", _SUPPRESSION),
    "inline": _map("comments and annotations that suppress", allow_critical=_flag("let them silence critical rules too")),
    "incomplete": _map("what to live with", accept=_list("problems that do not make a scan incomplete", _ACCEPT)),
    "kubernetes": _map(
        "Kubernetes",
        version=_text("minor version to judge at, such as 1.34"),
        pod_security=_map("Pod Security", level=_text("the stricter levels do not report", "privileged", "baseline", "restricted")),
        complete_namespaces=_words("namespaces of which this repository holds everything"),
        complete=_flag("this repository holds everything that runs in the cluster"),
        clusters=_each("per context", _CLUSTER),
    ),
    "terraform": _map(
        "Terraform",
        roots=Field("map", "root module path → how it is evaluated", values=Field("map", fields=_ROOT.fields, also=_list("", _ROOT))),
        module_cache=_text("folder with downloaded modules, beside .terraform/modules"),
    ),
    "tags": Field(
        "map",
        "required tags, allowed values and patterns, by type and environment",
        fields={
            **_TAGS,
            "spellings": _each("tag → other names under which it is known, in place of the table's", _words("")),
            "inherit": _words("what else a resource takes tags from", "resource_group"),
            "demands": _list("what is asked of some resources besides", Field("map", fields={**_WHICH, **_TAGS})),
        },
    ),
    "tenants": Field("map", "how tenants are recognised", values=ANY),
    "shared_stores": Field("map", "how shared data stores are recognised", values=ANY),
    "residency": _map(
        "where data may be",
        profile=_text("the profile to judge by: de-only, eu-only, eea, eea-adequate or one of yours"),
        profiles=_each("profiles of your own", _RESIDENCY_PROFILE),
        classify=Field("map", "classification by tag, label and name; `default`", values=ANY),
        exceptions=_list(
            "time-boxed exceptions",
            _map(
                "",
                ("resources", "reason", "until"),
                resources=_words("globs over addresses"),
                reason=_text(),
                until=Field("date"),
                approver=_text(),
            ),
        ),
        stack_regions=_map("where a stack or resource group is deployed", cloudformation=_REGION, azure=_REGION),
        jurisdictions=Field("map", "country → jurisdiction, or {jurisdiction, until}: overrides of the jurisdictions table", values=ANY),
        regions=_each("cloud → region → country, or {country, pair}: overrides of the regions table", Field("map", values=ANY)),
        endpoints=Field("map", "host glob → country, jurisdiction, region, or {country | jurisdiction | region, provider}", values=ANY),
        carriers=Field("map", "type → row of the carriers table, in place of ours", values=ANY),
        defaults=Field("map", "type → path → {value | to | unknown, sure}: what absence means, in place of ours", values=ANY),
    ),
    "owners": _list("who owns what", _OWNER),
    "severities": _list("how bad things are, by environment and exposure", _SEVERITY),
    "environments": Field("map", "how environments are recognised", values=ANY),
    "history": Field("map", "where scans are kept", values=ANY),
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of plumbrule.yaml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plumbrule.yaml",
        **_schema_of(Field("map", "configuration of plumbrule", fields=KEYS)),
    }


def _schema_of(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"description": field.doc} if field.doc else {}
    match field.kind:
        case "text":
            schema |= {"enum": list(field.choices)} if field.choices else {"type": "string"}
        case "url":
            schema |= {"type": "string", "format": "uri", "pattern": "^https?://"}
        case "flag":
            schema |= {"type": "boolean"}
        case "number":
            schema |= {"type": "number"}
        case "date":
            schema |= {"type": "string", "format": "date"}
        case "list":
            schema |= _list_schema(field)
        case "map":
            schema |= _map_schema(field)
        case _:
            pass
    return {"anyOf": [schema, _schema_of(field.also)]} if field.also else schema


def _list_schema(field: Field) -> dict[str, Any]:
    items = {"type": "array", "items": _schema_of(field.items or ANY)}
    replaced = {"type": "object", "properties": {"replace": items}, "required": ["replace"], "additionalProperties": False}
    return {"anyOf": [items, replaced]}


def _map_schema(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": {name: _schema_of(inner) for name, inner in field.fields.items()}}
    schema["additionalProperties"] = _schema_of(field.values) if field.values else False
    if field.required:
        schema["required"] = list(field.required)
    return schema
