"""What is silent gives no placement; an ordinary workload is silent."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st
from placements_factory import judged, object_of

from scanner.model.resource import Resource
from scanner.views.placements import silence
from scanner.views.placements.carriers import types
from scanner.views.placements.silence import BARREN, is_silent

WORDS = st.sampled_from(
    ["web", "1.2.3", "personal", "us-east-1", "https://api.stripe.com", "db", "s3.eu-west-1.amazonaws.com", "", "ExternalName"]
)
KEYS = ["API_URL", "AWS_REGION", "NAME", "DB_HOST"]


@st.composite
def workloads(draw):
    env = [{"name": draw(st.sampled_from(KEYS)), "value": draw(WORDS)} for _ in range(draw(st.integers(0, 2)))]
    spec = {"containers": [{"name": "a", "image": "x.example.com/a", "env": env}]}
    if draw(st.booleans()):
        spec["tolerations"] = [{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}]
        spec["volumes"] = [{"name": "token", "configMap": {"name": "kube-root-ca.crt"}}]
    if draw(st.booleans()):
        spec["nodeSelector"] = {draw(st.sampled_from(["topology.kubernetes.io/region", "disk"])): draw(WORDS)}
    labels = {draw(st.sampled_from(["app", "data-classification", "app.kubernetes.io/version"])): draw(WORDS)}
    kind = draw(st.sampled_from(["Pod", "Deployment", "Service", "ConfigMap"]))
    shapes = {
        "Pod": {"spec": spec},
        "Deployment": {"spec": {"template": {"spec": spec}}},
        "Service": {"spec": {"type": draw(WORDS), "externalName": draw(WORDS)}},
        "ConfigMap": {"data": {draw(st.sampled_from(["app.yaml", "args", "volumes"])): draw(WORDS)}},
    }
    return object_of(kind, "a", {"metadata": {"name": "a", "labels": labels}, **shapes[kind]})


@given(workloads())
def test_what_is_silent_gives_no_placement(resource):
    assert not is_silent(resource) or judged([resource]) == []


def test_kinds_that_lead_nowhere_carry_nothing():
    assert BARREN.isdisjoint(types())


def test_an_ordinary_workload_is_silent():
    labels = {"app.kubernetes.io/version": "1.2.3"}
    container = {
        "name": "a",
        "image": "x.example.com/a:1",
        "env": [{"name": "MODE", "value": "fast"}],
        "resources": {"limits": {"cpu": "0.5"}},
    }
    spec = {"template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}
    assert is_silent(object_of("Deployment", "a", {"metadata": {"name": "a", "labels": labels}, "spec": spec}))


def renamed(resource, name):
    key = resource.key._replace(name=name, address=f"kubernetes:shop/{resource.type}/{name}")
    return Resource(key, resource.data, resource.format, resource.path, resource.locator)


@given(st.lists(workloads(), min_size=1, max_size=5), st.booleans(), st.booleans(), st.booleans())
def test_passing_over_what_is_silent_loses_nothing(several, nodes, classified, configured):
    """Beside what does say something, a silent object may be placed by its cluster and classified by its namespace."""
    labels = {"data-classification": "personal"} if classified else {}
    beside = [object_of("Namespace", "shop", {"metadata": {"name": "shop", "labels": labels}}, None)]
    if nodes:
        beside.append(object_of("Node", "n", {"metadata": {"labels": {"topology.kubernetes.io/region": "eu-central-1"}}}, None))
    resources = [*(renamed(one, f"a{number}") for number, one in enumerate(several)), *beside]
    clusters = {"clusters": {"prod": {"region": "germanywestcentral"}}} if configured else {}
    with patch.object(silence, "is_silent", lambda _: False):
        wanted = judged(resources, kubernetes=clusters)
    assert judged(resources, kubernetes=clusters) == wanted
