"""What is silent gives no placement; an ordinary workload is silent."""

from hypothesis import given
from hypothesis import strategies as st
from placements_factory import judged, object_of

from scanner.views.placements.silence import is_silent

WORDS = st.sampled_from(
    ["web", "1.2.3", "personal", "us-east-1", "https://api.stripe.com", "db", "s3.eu-west-1.amazonaws.com", "", "ExternalName"]
)
KEYS = ["API_URL", "AWS_REGION", "NAME", "DB_HOST"]


@st.composite
def workloads(draw):
    env = [{"name": draw(st.sampled_from(KEYS)), "value": draw(WORDS)} for _ in range(draw(st.integers(0, 2)))]
    spec = {"containers": [{"name": "a", "image": "x.example.com/a", "env": env}]}
    if draw(st.booleans()):
        spec["nodeSelector"] = {draw(st.sampled_from(["topology.kubernetes.io/region", "disk"])): draw(WORDS)}
    labels = {draw(st.sampled_from(["app", "data-classification", "app.kubernetes.io/version"])): draw(WORDS)}
    kind = draw(st.sampled_from(["Pod", "Deployment", "Service", "ConfigMap"]))
    shapes = {
        "Pod": {"spec": spec},
        "Deployment": {"spec": {"template": {"spec": spec}}},
        "Service": {"spec": {"type": draw(WORDS), "externalName": draw(WORDS)}},
        "ConfigMap": {"data": {"app.yaml": draw(WORDS)}},
    }
    return object_of(kind, "a", {"metadata": {"name": "a", "labels": labels}, **shapes[kind]})


@given(workloads())
def test_what_is_silent_gives_no_placement(resource):
    assert not is_silent(resource) or judged([resource]) == []


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
