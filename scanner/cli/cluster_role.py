"""The least ClusterRole that a scan of a running cluster needs: list, of exactly the kinds that rules and views ask for."""

from __future__ import annotations

from scanner import views
from scanner.formats.kubernetes.kinds import group_of_type
from scanner.pipeline.judging import asked_types
from scanner.ruleset import Ruleset, facts_asked
from scanner.typed import Iterable

NAME = "plumbrule-reader"
_HEAD = f"""\
# What plumbrule reads: the lists of these kinds, and nothing else. It never writes.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {NAME}
  labels: {{app.kubernetes.io/name: plumbrule, app.kubernetes.io/managed-by: plumbrule-init}}
rules:
  - apiGroups: [""]
    resources: [namespaces]
    resourceNames: [kube-system]   # its UID is the cluster's identity
    verbs: [get]
"""
_SECRETS = """\
  # RBAC cannot tell metadata from values: whoever holds this token may read every Secret. plumbrule asks for metadata alone.
  - apiGroups: [""]
    resources: [secrets]
    verbs: [list]
"""


def cluster_role(ruleset: Ruleset, *, secrets: bool = False) -> str:
    """Return the manifest; with ``secrets`` it may list Secrets too, and says what that means."""
    rules = ruleset.rules.values()
    types = asked_types(rules, views.asked(facts_asked(rules))).types - {"Secret"}
    groups: dict[str, set[str]] = {}
    for name, group in filter(None, map(group_of_type, sorted(types))):
        groups.setdefault(group, set()).add(plural(name))
    return _HEAD + "".join(_rule(group, names) for group, names in sorted(groups.items())) + (_SECRETS if secrets else "")


def _rule(group: str, names: Iterable[str]) -> str:
    lines = "".join(f"      - {name}\n" for name in sorted(names))
    return f'  - apiGroups: ["{group}"]\n    resources:\n{lines}    verbs: [list]\n'


def plural(kind: str) -> str:
    """Return the plural that paths and permissions use, by the rules that controllers' generators follow."""
    word = kind.lower()
    if word == "endpoints" or word.endswith("instances"):
        return word
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
