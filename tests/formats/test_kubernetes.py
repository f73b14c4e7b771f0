"""Kubernetes manifests become resources; whatever cannot is a problem or no manifest."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scanner.config import Config
from scanner.formats import kubernetes
from scanner.formats.kubernetes.kinds import kind_of
from scanner.model.place import Span
from scanner.model.reading import Embedded, Wanted
from scanner.model.unknown import Unknown
from scanner.sources.memory import MemoryTree

ALL = Wanted(frozenset(), everything=True)


def read(text, wanted=ALL, path="f.yaml", **others):
    content = text.encode() if isinstance(text, str) else text
    tree = MemoryTree({path: content, **{name: other.encode() for name, other in others.items()}})
    return kubernetes.read(tree, [path], wanted, Config())


def addresses(parsed):
    return [resource.key.address for resource in parsed.resources]


def problems(parsed):
    return [(problem.kind, problem.location.line, problem.location.column) for problem in parsed.problems]


def nested_lists(depth):
    text = "{kind: Pod, apiVersion: v1, metadata: {name: a}}"
    for _ in range(depth):
        text = f"{{kind: List, apiVersion: v1, items: [{text}]}}"
    return text


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ns}\n"


@pytest.mark.parametrize(
    ("api_version", "kind", "type_name", "group", "namespaced"),
    [
        ("v1", "Pod", "Pod", "", True),
        ("apps/v1", "Deployment", "Deployment", "apps", True),
        ("extensions/v1beta1", "Deployment", "Deployment", "apps", True),
        ("extensions/v1beta1", "Ingress", "Ingress", "networking.k8s.io", True),
        ("networking.k8s.io/v1", "NetworkPolicy", "NetworkPolicy", "networking.k8s.io", True),
        ("projectcalico.org/v3", "NetworkPolicy", "NetworkPolicy.projectcalico.org", "projectcalico.org", True),
        ("gateway.networking.k8s.io/v1", "Gateway", "Gateway.gateway.networking.k8s.io", "gateway.networking.k8s.io", True),
        ("gateway.networking.k8s.io/v1", "GatewayClass", "GatewayClass.gateway.networking.k8s.io", "gateway.networking.k8s.io", False),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRole", "rbac.authorization.k8s.io", False),
        ("policy/v1beta1", "PodSecurityPolicy", "PodSecurityPolicy", "policy", False),
        ("constraints.gatekeeper.sh/v1beta1", "K8sX", "K8sX.constraints.gatekeeper.sh", "constraints.gatekeeper.sh", False),
        (None, "ClusterRole", "ClusterRole", "rbac.authorization.k8s.io", False),
        (None, "CronJob", "CronJob", "batch", True),
    ],
)
def test_kinds(api_version, kind, type_name, group, namespaced):
    found = kind_of(api_version, kind)
    assert (found.type, found.group, found.namespaced) == (type_name, group, namespaced)


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        (None, "Rollout"),
        ("skaffold/v4", "Config"),
        ("v1", "Config"),
        ("1", "Pod"),
        ("apps", "Deployment"),
        ("a/b/v1", "X"),
        ("v1", "no kind"),
        ("v1", ""),
    ],
)
def test_what_is_no_kind_of_kubernetes(api_version, kind):
    assert kind_of(api_version, kind) is None


@pytest.mark.parametrize(
    ("metadata", "address", "implied"),
    [
        ("{name: x, namespace: ns}", "kubernetes:ns/Pod/x", False),
        ("{name: x}", "kubernetes:default/Pod/x", True),
        ("{generateName: x-, namespace: ''}", "kubernetes:default/Pod/x-", True),
        ("{name: 5}", "kubernetes:default/Pod/5", True),
        ("null", "kubernetes:default/Pod/", True),
        ("[odd]", "kubernetes:default/Pod/", True),
        ("{name: {}, namespace: [a]}", "kubernetes:default/Pod/", True),
        ("{name: x, namespace: 007}", "kubernetes:7/Pod/x", False),
    ],
)
def test_address_and_namespace(metadata, address, implied):
    (resource,) = read(f"apiVersion: v1\nkind: Pod\nmetadata: {metadata}\n").resources
    assert resource.key.address == address
    assert (("metadata", "namespace") in resource.implied) is implied


def test_cluster_scope_has_no_namespace():
    (resource,) = read("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n").resources
    assert (resource.key.address, resource.key.namespace, resource.implied) == ("kubernetes:-/Namespace/x", None, frozenset())


def test_a_namespace_that_the_api_server_drops_is_known_as_written():
    (resource,) = read("apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: x, namespace: team-a}\n").resources
    assert (resource.key.address, resource.key.namespace, resource.key.written) == ("kubernetes:-/PersistentVolume/x", None, "team-a")


def test_kinds_that_nobody_wants_are_counted_and_never_parsed():
    text = f"{POD}---\napiVersion: v1\nkind: ConfigMap\nbroken: [\n---\nkind: Job\napiVersion: batch/v1\n"
    parsed = read(text, Wanted(frozenset({"Pod"})))
    assert addresses(parsed) == ["kubernetes:ns/Pod/p"]
    assert parsed.by_type == {"Pod": 1, "ConfigMap": 1, "Job": 1}
    assert (parsed.problems, parsed.files) == ([], {"f.yaml"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "kind: List\napiVersion: v1\nitems: [{kind: Pod, metadata: {name: a}}, null, 5, {kind: Service, apiVersion: v1}]",
            ["a", ""],
        ),
        ("kind: ConfigMapList\napiVersion: v1\nitems: [{metadata: {name: a}}, {metadata: {name: b}}]", ["a", "b"]),
        ("kind: List\napiVersion: v1\nitems: [{kind: List, apiVersion: v1, items: [{kind: Pod, metadata: {}}]}]", [""]),
        ("kind: List\napiVersion: v1\nitems:", []),
        ("kind: AllowList\napiVersion: acme.io/v1\nmetadata: {name: a}", ["a"]),
        ("[{kind: Pod, apiVersion: v1}, 3, {kind: Service, apiVersion: v1, metadata: {name: a}}]", ["", "a"]),
        (nested_lists(20), ["a"]),
    ],
)
def test_lists(text, found):
    assert [resource.key.name for resource in read(text).resources] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kind: Pod\nmetadata: {name: a}\n", ["a"]),
        ("kind: Deployment\nreplicas: 3\n", []),
        ("kind: Widget\nmetadata: {name: a}\n", []),
        ("apiVersion: v1\nmetadata: {name: a}\n", []),
        ("apiVersion: v1\nkind: [Pod]\n", []),
        ("kind: Pod\napiVersion: 1\n", []),
    ],
)
def test_half_of_an_identity(text, found):
    parsed = read(text)
    assert [resource.key.name for resource in parsed.resources] == found
    assert parsed.problems == []


def test_a_manifest_inside_another_language_is_placed_by_its_carrier():
    (carrier,) = read("apiVersion: v1\nkind: ConfigMap\ndata:\n  pod:\n    spec: {hostPID: true}\n").resources
    tree = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": Unknown("not known"), "namespace": "ns"}, "spec": {"hostPID": True}}
    (pod,) = kubernetes.lift(Embedded("kubernetes", tree, carrier, ("data", "pod")))
    assert pod.key.address == "kubernetes:ns/Pod/?"
    assert pod.span(("spec", "hostPID")) == pod.place(("spec", "hostPID")).primary == Span("f.yaml", 5, 12, 5, 25)
    assert [step.value for step in pod.explain(("spec", "hostPID"))] == [True]


@pytest.mark.parametrize("as_json", [False, True])
def test_places_inside_lists(as_json):
    text = "kind: List\napiVersion: v1\nitems:\n- kind: Pod\n  metadata:\n    name: a\n  spec: {hostNetwork: true}\n"
    if as_json:
        text = json.dumps(
            {"kind": "List", "apiVersion": "v1", "items": [{"kind": "Pod", "metadata": {}, "spec": {"hostNetwork": True}}]}, indent=1
        )
    (resource,) = read(text, path="f.json" if as_json else "f.yaml").resources
    span = resource.span(("spec", "hostNetwork"))
    assert text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1] == (
        '"hostNetwork": true' if as_json else "hostNetwork: true"
    )
    assert resource.place(("spec", "hostNetwork")) == (span, ())
    assert resource.span(("spec", "hostPID"), "value") is None


def test_an_alias_is_placed_at_its_anchor_and_says_where_it_is_used():
    text = f"{POD}spec:\n  a: &c {{privileged: true}}\n  b: *c\n"
    (resource,) = read(text).resources
    primary, related = resource.place(("spec", "b", "privileged"))
    assert primary == Span("f.yaml", 5, 10, 5, 26)
    assert [one.span for one in related] == [Span("f.yaml", 6, 3, 6, 8)]
    steps = [(step.address, step.attribute, step.value, step.span.line) for step in resource.explain(("spec", "b", "privileged"))]
    assert steps == [("kubernetes:ns/Pod/p", "spec.b.privileged", True, 6), ("kubernetes:ns/Pod/p", "spec.b.privileged", True, 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{POD}spec: [\n---\n{POD}", [("unparsable", 5, 1)]),
        ("a: [1\n", [("unparsable", 2, 1)]),
        ("apiVersion v1\nkind: Pod\n", [("unparsable", 2, 5)]),
        ("<<<<<<< HEAD\nkind: Pod\n=======\n", [("unparsable", 2, 5)]),
        (f"{POD}metadata: {{name: q}}\n", [("duplicate-key", 4, 1)]),
        ("a: 1\na: 2\n", []),
        (b"apiVersion: v1\nkind: \xff\n", [("unparsable", 2, 7)]),
        ("\0\0binary", [("unparsable", 1, 1)]),
        (f"{POD}spec: {{{{ .Values.spec }}}}\n", [("unrenderable", 4, 8)]),
        ("{{- if .Values.on }}\nkind: Pod\n{{- end }}\n", [("unrenderable", 1, 2)]),
        (f"{POD}data: '{{{{ $labels.x }}}}'\n", []),
        (f"{POD}x: {'[' * 300}{']' * 300}", [("too-large", 4, 131)]),
        ("", []),
        ("---\n---\n", []),
        ("just text", []),
        ("services: {web: {image: x}}\n", []),
    ],
)  # fmt: skip
def test_problems(text, expected):
    assert problems(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (POD.replace("Pod", "pod"), (2, 1), "did you mean 'Pod'"),
        ("kind: ClusterRolebinding\napiVersion: rbac.authorization.k8s.io/v1\nmetadata: {name: a}\n", (1, 1), "'ClusterRoleBinding'"),
        ("apiVersion: app/v1\nkind: Deploymnet\nmetadata: {name: a}\n", None, ""),
        ("apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: a}\n", (2, 1), "'Deployment'"),
        ("apiVersion: app/v1\nkind: Deployment\nmetadata: {name: a}\n", (2, 1), "of the group apps"),
        ("apiVersion: V1\nkind: Pod\nmetadata: {name: a}\n", (2, 1), "is of v1"),
        ("apiVersion: acme.io/v1\nkind: pod\nmetadata: {name: a}\n", None, ""),
        ("apiVersion: skaffold/v2beta29\nkind: Config\nmetadata: {name: a}\n", None, ""),
        ("apiVersion: apps/v9\nkind: NewThing\nmetadata: {name: a}\n", None, ""),
        ("kind: List\napiVersion: v1\nitems:\n- {apiVersion: app/v1, kind: Deployment, metadata: {}}\n", (4, 24), "of the group apps"),
        ("kind: List\napiVersion: v1\nitems: {a: 1}\n", (3, 1), "no list"),
        ("apiVersion:v1\nkind:Pod\n", (1, 1), "one text"),
        ('// one\n{"apiVersion":"v1","kind":"Pod"}', (1, 1), "one text"),
    ],
)
def test_what_is_meant_to_be_an_object_and_is_none_is_a_problem(text, place, words):
    parsed = read(text, wanted=Wanted(frozenset({"Pod"})))
    assert problems(parsed) == ([("unparsable", *place)] if place else [])
    assert all(words in problem.detail for problem in parsed.problems)
    assert not parsed.resources


def test_the_other_documents_are_judged():
    assert addresses(read(f"{POD}---\na: [\n---\n{POD}")) == ["kubernetes:ns/Pod/p"] * 2


def test_a_file_that_vanished_is_a_problem():
    parsed = kubernetes.read(MemoryTree({}), ["gone.yaml"], ALL, Config())
    assert [(problem.kind, problem.location.path) for problem in parsed.problems] == [("unreadable", "gone.yaml")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_encodings_and_line_breaks(encoding, line_break):
    text = f"# é😀\n{POD}spec:\n  hostNetwork: true\n".replace("\n", line_break)
    (resource,) = read(text.encode(encoding)).resources
    assert resource.span(("spec", "hostNetwork")) == Span("f.yaml", 6, 3, 6, 20)


@pytest.mark.parametrize(
    ("path", "text", "claimed"),
    [
        ("a.yaml", "", True),
        ("a/b.yml", "", True),
        ("Kustomization", "", True),
        ("p.json", '{"kind": "Pod", "apiVersion": "v1"}', True),
        ("package.json", '{"name": "x"}', False),
        ("main.tf.json", '{"kind": "", "apiVersion": ""}', False),
        ("a.txt", "kind: Pod", False),
    ],
)
def test_claims(path, text, claimed):
    assert kubernetes.claims(path, lambda: text) is claimed


WHOLE = f'{POD}spec:\n  hostNetwork: true\n  containers:\n    - {{name: c, image: "a/b:1"}}\n'.encode()


@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 2), st.binary(max_size=4)), max_size=3), st.booleans())
def test_whatever_is_done_to_a_file_it_is_read_or_a_problem(changes, whole):
    content = WHOLE
    for at, cut, put in changes:
        content = content[:at] + put + content[at + cut :]
    parsed = read(content, wanted=ALL if whole else Wanted(frozenset({"Service"})))
    try:
        data = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError):
        return
    if isinstance(data, dict) and (data.get("apiVersion"), data.get("kind")) == ("v1", "Pod"):
        assert parsed.problems or parsed.by_type["Pod"] == 1


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "apiVersion", "metadata", "items", "name", "namespace", "spec"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(TREES, st.sampled_from(["Pod", "List", "PodList", "Deployment", 5, None]), st.sampled_from(["v1", "apps/v1", "", 1, None]))
def test_no_shape_crashes(tree, kind, api_version):
    data = {**(tree if isinstance(tree, dict) else {"items": tree}), "kind": kind, "apiVersion": api_version}
    for resource in read(json.dumps(data), path="f.json").resources:
        assert resource.key.address.startswith("kubernetes:")
        assert resource.span(("metadata", "name")) is not None
