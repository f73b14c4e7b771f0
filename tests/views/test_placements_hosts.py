"""Hosts in texts, and the places behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from placements_factory import TODAY, judged, made, object_of

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.views.placements.hosts import hosts, is_outside, place_of
from scanner.views.placements.survey import Survey

ANYBODY = object_of("Service")


def place(host, resources=(), **residency):
    survey = Survey(Inventory(resources), Config(residency=residency, today=TODAY))
    return place_of(survey, ANYBODY, host).destination


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://user:pass@api.example.com:8443/x?y=z", ["api.example.com"]),
        ("amqps://u:p%40ss@mq.example.com/vhost", ["mq.example.com"]),
        ("db.example.com:5432", ["db.example.com"]),
        ("a.example.com:9092,b.example.com:9092", ["a.example.com", "b.example.com"]),
        ("DefaultEndpointsProtocol=https;AccountName=logs;AccountKey=x==;EndpointSuffix=core.windows.net", ["logs.blob.core.windows.net"]),
        ("Server=tcp:shop.database.windows.net,1433;Database=d", ["shop.database.windows.net"]),
        (
            "InstrumentationKey=x;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
            ["westeurope-5.in.applicationinsights.azure.com"],
        ),
        ("see https://a.example.com and https://b.example.com.", ["a.example.com", "b.example.com"]),
        ("postgres", []),
        ("", []),
        ("/var/run/docker.sock", []),
    ],
)
def test_hosts(text, expected):
    assert hosts(text) == expected


@given(st.text(max_size=300))
def test_any_text_has_hosts_or_none(text):
    assert all(host == host.lower() and "/" not in host for host in hosts(text))


def test_long_texts_are_bounded():
    assert hosts("a." * 200_000) == []
    assert len(hosts("https://x.example.com/ " * 50_000)) == 1


@pytest.mark.parametrize(("host", "outside"), [
    ("api.example.com", True), ("db", False), ("cart.shop.svc", False), ("cart.shop.svc.cluster.local", False), ("10.0.0.1", False),
    ("metadata.google.internal", False),
])  # fmt: skip
def test_what_is_outside(host, outside):
    assert is_outside(host) is outside


@pytest.mark.parametrize(("host", "country"), [
    ("s3.eu-central-1.amazonaws.com", "DE"), ("bucket.s3.us-west-2.amazonaws.com", "US"), ("db.abc.eu-west-1.rds.amazonaws.com", "IE"),
    ("1.dkr.ecr.eu-central-1.amazonaws.com", "DE"), ("sqs.eu-west-3.amazonaws.com", "FR"),
    ("westeurope-5.in.applicationinsights.azure.com", "NL"), ("shop-abc.germanywestcentral-01.azurewebsites.net", "DE"),
    ("acct-westeurope.documents.azure.com", "NL"), ("europe-west3-docker.pkg.dev", "DE"), ("fra1.digitaloceanspaces.com", "DE"),
    ("o1.ingest.de.sentry.io", "DE"), ("hooks.slack.com", "US"), ("ap1.datadoghq.com", "JP"), ("us5.datadoghq.com", "US"),
    ("x.eu-central-1.aws.cloud.es.io", "DE"), ("pkc-1.europe-west1.gcp.confluent.cloud", "BE"), ("nbg1.your-objectstorage.com", "DE"),
])  # fmt: skip
def test_hosts_with_a_country(host, country):
    assert place(host).country == country


@pytest.mark.parametrize(("host", "jurisdiction"), [
    ("api.datadoghq.eu", "eu"), ("events.eu.pagerduty.com", "eu"), ("d1.cloudfront.net", "global"), ("x.azurefd.net", "global"),
    ("fra1.cdn.digitaloceanspaces.com", "global"), ("gcr.io", "adequacy_partial"), ("europe-docker.pkg.dev", "eu"),
])  # fmt: skip
def test_hosts_with_a_jurisdiction(host, jurisdiction):
    assert place(host).jurisdiction == jurisdiction


@pytest.mark.parametrize("host", [
    "s3.amazonaws.com", "x.mongodb.net", "tenant.live.dynatrace.com", "svc-abc-ew.a.run.app", "example.org", "acct.blob.core.windows.net",
    "s3.xx-nowhere-9.amazonaws.com", "evil.datadoghq.com.example.org",
])  # fmt: skip
def test_hosts_that_do_not_say_where(host):
    assert place(host).cause is not None
    assert not place(host).spots


def test_a_host_that_is_named_after_a_resource():
    account = made("azurerm_storage_account", "a", {"name": "acct", "location": "westeurope"})
    assert place("acct.blob.core.windows.net", [account]).region == "westeurope"
    assert place("acct-secondary.blob.core.windows.net", [account]).region == "northeurope"


def test_general_knowledge_says_so():
    assert not place("hooks.slack.com").sure
    assert place("s3.eu-central-1.amazonaws.com").sure


@pytest.mark.parametrize(
    ("said", "jurisdiction"),
    [("DE", "eu"), ("eu", "eu"), ("third", "third"), ("us-east-1", "adequacy_partial"), ({"country": "CH"}, "adequacy")],
)
def test_places_from_the_configuration(said, jurisdiction):
    assert place("logs.example.com", endpoints={"*.example.com": said}).jurisdiction == jurisdiction


def test_no_secret_shows():
    uri = "amqps://user:hunter2@b-1.mq.us-east-1.amazonaws.com:5671"
    found = judged(
        [
            object_of("Secret", "up", {"stringData": {"uri": uri}}),
            object_of("Federation.rabbitmq.com", "f", {"spec": {"uriSecret": {"name": "up"}}}),
        ]
    )
    assert {one.destination.region for one in found} == {"us-east-1"}
    federation = next(one for one in found if one.source.key.name == "f")
    assert all("hunter2" not in str(hop.value) for hop in federation.hops)
