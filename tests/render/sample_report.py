"""A report built by hand that holds every case a format has to survive: outcomes, dispositions, problems, hostile names, secrets."""

from functools import partial

from scanner.model.finding import Edit, Finding, Verdict
from scanner.model.place import Related, Span
from scanner.model.problem import Problem
from scanner.model.report import Coverage, Report, RuleNotRun
from scanner.model.resource import Key
from scanner.model.rule import Equivalent, Rule

PLANTED = "Hunter2Xyzzy42"
"""The secret that stands in the sources and messages below, and may stand in no output."""
TOKEN = "ghp_" + "Zq9" * 12

POD = f"""apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec:
  hostNetwork: true
  containers:
  - name: app
    image: registry.example.org/app:latest
    env:
    - name: DB_PASSWORD
      value: {PLANTED}
    securityContext:
\tprivileged: true
"""
WIDE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: größe-名前-😀, labels: {app: x}}\n" + "data: {long: " + "y" * 300 + ", z: 1}\n"
TERRAFORM = f'resource "azurerm_mssql_server" "main" {{\n  administrator_login_password = "{PLANTED}"\n  location = var.location\n}}\n'
FILES = {"shop/web pod.yaml": POD, "shop/größe.yaml": WIDE, "infra/main.tf": TERRAFORM, "broken.yaml": "a: b\n  c: [d\n"}


def rule(number: int, severity: str, slug: str, **more: object) -> Rule:
    """Make a rule; the numbers give its id, the rest is as a rule file would say."""
    given = {
        "title": f"Title of {slug}", "area": "workloads", "confidence": "high", "default": "on",
        "rationale": f"Why {slug} matters: <b>whoever</b> takes over the process takes over its node, and all else.",
        "fix": f"Remove `{slug}: true`; where it is really needed, waive it with an owner.",
        "references": ("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
        "frameworks": {"cis_kubernetes_1.12": ("5.2.2",)}, "proposed": {"owasp_k8s_top10_2025": ("K01",)},
        "equivalents": (Equivalent("checkov", f"CKV_K8S_{number}", "same"), Equivalent("trivy", f"KSV-00{number}", "similar")),
        "params": {}, "body": {}, "source": f"workloads/{slug}.yaml",
    }  # fmt: skip
    return Rule(id=f"DEMO-{number:03}", slug=slug, severity=severity, **{**given, **more})  # type: ignore[arg-type]


PRIVILEGED = rule(1, "critical", "privileged")
HOST_NETWORK = rule(2, "high", "host-network", area="network")
LATEST = rule(3, "medium", "latest-tag", confidence="medium", references=())
LITERAL = rule(4, "high", "literal-secret", area="secrets")
LOCATION = rule(5, "high", "eu-location", area="residency", frameworks={"gdpr": ("Art. 44", "Art. 32(1)(b)")})
LABELS = rule(6, "low", "labels", area="tagging", equivalents=())
HINT = rule(7, "info", "hint", area="tagging")
RULES = {one.id: one for one in (PRIVILEGED, HOST_NETWORK, LATEST, LITERAL, LOCATION, LABELS, HINT)}

WEB = Key("kubernetes", "Pod", "", "shop", "web", "kubernetes:shop/Pod/web")
CONFIG = Key("kubernetes", "ConfigMap", "", "shop", "größe-名前-😀", "kubernetes:shop/ConfigMap/größe-名前-😀")
ROLLOUT = Key("kubernetes", "Rollout.argoproj.io", "argoproj.io", "shop", "r", "kubernetes:shop/Rollout/r", "overlays/prod")
EVIL = Key("kubernetes", "Pod", "", "a", "<script>alert(1)</script>", "kubernetes:a/Pod/<script>alert(1)</script>\x1b[31m\u202e,=x")
DATABASE = Key("azure", "azurerm_mssql_server", "", None, "main", "azurerm_mssql_server.main", "infra")
LIVE = Key("kubernetes", "Node", "", None, "node-1", "kubernetes:-/Node/node-1", "cluster:0f1e2d3c")


def finding(rule: Rule, key: Key, outcome: str, span: Span | None, message: str, **more: object) -> Finding:
    """Make a finding whose fingerprint follows from its rule and resource."""
    mark = f"{rule.id}-{key.name.encode().hex()[:24]}-{span.line if span else 0}"
    given = {"related": (), "cause": None, "fingerprint": mark, "attribute": "spec.x", **more}
    return Finding(rule, key, outcome, span, message=message, **given)  # type: ignore[arg-type]


web, infra, names = (partial(Span, path) for path in ("shop/web pod.yaml", "infra/main.tf", "shop/größe.yaml"))


def verdicts() -> tuple[Verdict, ...]:
    """Return one row of everything, in the contract's order."""
    value = infra(2, 3, 2, 48)
    fixed = (Edit(web(13, 14, 13, 18), "false"),)
    where = Related(web(3, 12, 3, 21), "this pod")
    return (
        Verdict(finding(LITERAL, DATABASE, "fail", value, f"password Hunter is written out, token {TOKEN}"), "high", owner="@shop/data"),
        Verdict(finding(LOCATION, DATABASE, "unknown", infra(3, 3, 3, 26), "azurerm_mssql_server.main may be anywhere",
                        cause="var.location has no value", related=(Related(infra(1, 1, 1, 39), "the resource"),)), "high"),
        Verdict(finding(HINT, CONFIG, "fail", names(3, 12, 3, 32), "the name is unusual"), "info"),
        Verdict(finding(LABELS, CONFIG, "fail", names(4, 315, 4, 319), "label `team` is missing"), "low", "suppressed",
                "generated, see https://example.org/1"),
        Verdict(finding(HOST_NETWORK, WEB, "fail", web(5, 3, 5, 20), "web shares its node's network"), "high", "baselined",
                "known when the baseline was written"),
        Verdict(finding(LATEST, WEB, "fail", web(8, 5, 8, 43), "app runs registry.example.org/app:latest"), "medium",
                "waived", "until the registry moves", "@shop/web", "W-7 until 2026-12-31"),
        Verdict(finding(LITERAL, WEB, "fail", web(11, 7, 11, 28), "DB_PASSWORD is written out"), "high",
                weighed="medium elsewhere: secrets count for more in production"),
        Verdict(finding(PRIVILEGED, WEB, "fail", web(13, 2, 13, 18), "container app of kubernetes:shop/Pod/web is privileged",
                        related=(where,), fixes=fixed), "critical", owner="@shop/web"),
        Verdict(finding(LABELS, WEB, "pass", web(3, 1, 3, 9), "labels are complete"), "low"),
        Verdict(finding(PRIVILEGED, EVIL, "fail", None, f"=cmd() {EVIL.name} | **bold** %0A::error::x"), "critical"),
        Verdict(finding(HOST_NETWORK, LIVE, "unknown", None, "node-1 could not be asked", cause="forbidden: get nodes/proxy"), "high"),
        Verdict(finding(PRIVILEGED, ROLLOUT, "fail", None, "container r of kubernetes:shop/Rollout/r is privileged",
                        engine="checkov"), "critical"),
    )  # fmt: skip


def sample() -> Report:
    """Return the report."""
    problems = (
        Problem("unparsable", Span("broken.yaml", 2, 4, 2, 4), "mapping values are not allowed here: quote the text\x07"),
        Problem("forbidden", None, "cluster prod: list secrets is not allowed for this account"),
    )
    accepted = (Problem("unrenderable", Span("charts/a/Chart.yaml", 1, 1, 1, 1), "a Helm chart"),)
    by_type = {"ConfigMap": 1, "Pod": 3, "azurerm_mssql_server": 1}
    not_run = (RuleNotRun("DEMO-008", "needs a live cluster"), RuleNotRun("DEMO-009", "needs a live cluster"))
    coverage = Coverage(4, 5, by_type, not_run, (("vendor/", "excluded by plumbrule.yaml"),))
    notes = ("plumbrule.yaml:3:1: this suppression silences nothing",)
    return Report("0.1.0", "sha256:" + "0" * 64, verdicts(), problems, accepted, coverage, RULES, FILES.get, "2026-11-23", notes)
