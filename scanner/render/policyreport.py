"""PolicyReports for the dashboards of a cluster: the same results under wgpolicyk8s.io/v1alpha2 and its successor openreports.io/v1alpha1.

Shapes: https://github.com/kubernetes-sigs/wg-policy-prototypes (policy-report/crd/v1alpha2) and https://github.com/openreports/reports-api,
both read in November 2026. One report per namespace, the rest and the problems in a cluster report; printed, never applied.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from scanner import mask
from scanner.model.finding import Verdict
from scanner.model.problem import Problem
from scanner.model.report import Report
from scanner.model.resource import Key
from scanner.render._words import message, place, reason
from scanner.typed import Any, Iterator, Sequence

NAME = "policyreport"
MOST = 1_000
"""Results of one object; beyond about 1.5 MB etcd refuses it."""

_APIS = (("wgpolicyk8s.io/v1alpha2", "PolicyReport", "ClusterPolicyReport"), ("openreports.io/v1alpha1", "Report", "ClusterReport"))
_RESULTS = ("pass", "fail", "warn", "error", "skip")
_V1_GROUPS = ("", "apps", "batch", "policy", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io")


def render(report: Report) -> str:
    """Write every report as one YAML stream."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    objects = list(_objects(report))
    text: str = yaml.dump_all(objects, Dumper=dumper, sort_keys=False, width=4096, explicit_start=True, default_flow_style=False)
    return text


def _objects(report: Report) -> Iterator[dict[str, Any]]:
    stamp = _timestamp(report.today)
    results: dict[str, list[dict[str, Any]]] = {"": [_problem(problem, stamp, "error") for problem in report.problems]}
    results[""] += [_problem(problem, stamp, "skip") for problem in report.accepted]
    for verdict in report.verdicts:
        results.setdefault(verdict.finding.resource.namespace or "", []).append(_result(verdict, stamp))
    for version, namespaced, clusterwide in _APIS:
        for namespace in sorted(results):
            yield from _reports(version, namespaced if namespace else clusterwide, namespace, results[namespace])


def _reports(version: str, kind: str, namespace: str, results: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for at in range(0, len(results) or 1, MOST):
        part = results[at : at + MOST]
        name = "plumbrule" if at == 0 else f"plumbrule-{at // MOST + 1}"
        counts = Counter(result["result"] for result in part)
        yield {
            "apiVersion": version,
            "kind": kind,
            "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
            "summary": {result: counts[result] for result in _RESULTS},
            "results": part,
        }


def _result(verdict: Verdict, stamp: dict[str, int]) -> dict[str, Any]:
    finding, rule = verdict.finding, verdict.finding.rule
    properties = {
        "fingerprint": finding.fingerprint,
        "address": mask.prose(finding.resource.address),
        "place": place(finding.location),
        "disposition": verdict.disposition,
        "reason": reason(verdict),
        "owner": verdict.owner or "",
        "engine": finding.engine,
    }
    return {
        "source": "plumbrule",
        "policy": rule.id,
        "rule": rule.slug,
        "category": rule.area,
        "severity": verdict.severity,
        "result": _outcome(verdict),
        "message": message(verdict),
        "timestamp": {**stamp},
        "resources": [_resource(finding.resource)] if finding.resource.provider == "kubernetes" else [],
        "properties": {name: text for name, text in properties.items() if text},
    }


def _outcome(verdict: Verdict) -> str:
    if verdict.disposition != "open":
        return "skip"
    return "error" if verdict.finding.outcome == "unknown" else verdict.finding.outcome


def _resource(key: Key) -> dict[str, str]:
    """Refer to the object; the version of its API is said only where it is certain."""
    version = {"apiVersion": f"{key.api_group}/v1".lstrip("/")} if key.api_group in _V1_GROUPS else {}
    namespace = {"namespace": mask.escape(key.namespace)} if key.namespace else {}
    return {**version, "kind": mask.escape(key.kind), **namespace, "name": mask.prose(key.name)}


def _problem(problem: Problem, stamp: dict[str, int], result: str) -> dict[str, Any]:
    where = place(problem.location)
    return {
        "source": "plumbrule",
        "policy": "could-not-look",
        "rule": problem.kind,
        "result": result,
        "message": mask.prose(problem.detail),
        "timestamp": {**stamp},
        "properties": {"place": where} if where else {},
    }


def _timestamp(today: str) -> dict[str, int]:
    return {"seconds": int(datetime.fromisoformat(today).replace(tzinfo=UTC).timestamp()), "nanos": 0}
