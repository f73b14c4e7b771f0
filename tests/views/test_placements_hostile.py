"""Odd shapes of data never crash the view, and nothing that is not known is ever allowed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from placements_factory import judged, made, merged, nested, object_of, provider, to

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.unknown import Unknown
from scanner.views.placements.carriers import Carriers, types
from scanner.views.placements.placement_facts import fact_of
from scanner.views.placements.policy import policy_of
from scanner.views.placements.reasons import reason
from scanner.views.placements.survey import Survey

CARRIERS = Carriers(Config())
NAMES = [*types(), "azapi_resource", "azapi_update_resource"]
WORDS = ["westeurope", "eu-central-1", "eastus", "arn:aws:s3:::b", "arn:aws:x", "https://u:p@a.b.c/d", "s3://b", "/a/locations/x/b"]
UNKNOWNS = [Unknown("var.x has no value", "var.x"), to("aws_s3_bucket.other"), to("nowhere.at.all")]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(WORDS),
    st.sampled_from(UNKNOWNS),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=8
)


def paths(name):
    row = CARRIERS.row(name)
    if row is None:
        return ["type", "body", "resource_id", "location", "parent_id"]
    found = [option.path.removeprefix("arm:") for edge in row.edges for option in edge.options if not option.path.startswith("pod.")]
    return [
        path for path in (*found, row.at.argument if row.at else "", row.of, "tags", "metadata.labels", "spec.nodeSelector", "data") if path
    ]


@st.composite
def resources(draw):
    name = draw(st.sampled_from(NAMES))
    known = paths(name)
    chosen = draw(st.lists(st.sampled_from(known), max_size=4)) if known else []
    data = merged(*(nested(path, draw(VALUES)) for path in chosen), {"provider": "provider.aws"})
    return object_of(name, "x", data) if CARRIERS.row(name) and CARRIERS.row(name).cloud == "kubernetes" else made(name, "x", data)


@settings(max_examples=400, deadline=None)
@given(st.lists(resources(), min_size=1, max_size=3))
def test_any_data_is_judged(found):
    everything = [*found, provider("aws", region="eu-west-1"), made("aws_s3_bucket", "other", {"bucket": "b"})]
    config = Config(residency={"profile": "eu-only"})
    policy, survey = policy_of(config), Survey(Inventory(everything), config)
    for one in judged(everything):
        assert one.verdict != "pass" or one.destination.spots or one.destination.choice or one.word in policy.anywhere
        assert reason(one)
        assert fact_of(survey, one, policy).identity
