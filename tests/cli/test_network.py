"""``plumbrule network`` by the contract: the list, the pictures, the question why, and what changed since a revision."""

import json
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from scanner.cli.main import run

ESTATE = str(Path(__file__).resolve().parents[1] / "estate" / "kubernetes")
POSTGRES, CART, API = "data/postgres[StatefulSet]", "shop/cart[Deployment]", "payments/api[Deployment]"


@pytest.fixture
def network(capsys):
    def call(*words, code=0):
        assert run(["network", *map(str, words)]) == code
        return capsys.readouterr()

    return call


def test_the_list_follows_the_contract(network):
    answer = json.loads(network(ESTATE, "--format", "json").out)
    assert answer["schema"] == "plumbrule/network/v1"
    assert answer["tool"]["name"] == "plumbrule"
    assert answer["problems"] == []
    rows = {(row["src"], row["dst"]): row["ports"] for row in answer["connections"]}
    assert len(rows) == len(answer["connections"])
    assert rows[CART, POSTGRES] == "TCP 5432"
    assert ("analytics/collector[Deployment]", POSTGRES) not in rows
    assert rows["0.0.0.0-255.255.255.255", "analytics/notebook[Deployment]"] == "All Connections"
    assert all(set(row) == {"src", "dst", "cause"} for row in answer["unknown"])
    assert {
        "via": "shop/Ingress/shop",
        "dst": "shop/web[Deployment]",
        "exposure": "internet",
        "ports": "TCP 8080",
        "reachable": True,
    } in answer["entries"]


def test_map_is_what_network_does(network):
    assert network("map", ESTATE).out == network(ESTATE).out


def test_two_runs_are_the_same(network):
    assert network(ESTATE, "--format", "svg").out == network(ESTATE, "--format", "svg").out


def test_the_picture_answers_at_a_glance(network):
    picture = ET.fromstring(network(ESTATE, "--format", "svg").out)
    words = ["".join(element.itertext()) for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Internet", "data/postgres", "shared postgresql", "Between tenants"} <= set(words)
    line = words.index("data/postgres")
    assert words[line + 2 : line + 8] == [
        "monitoring", "TCP 9187: grafana, node-exporter…TCP 9187: grafana, node-exporter, prometheus",
        "payments", "TCP 5432: api, worker", "shop", "TCP 5432: cart, catalog, reindex",
    ]  # fmt: skip
    assert "Service notebook" in words


def test_graphviz_has_an_edge_for_each_connection(network):
    written = network(ESTATE, "--format", "dot").out
    assert written.startswith("digraph network {")
    assert f'"{CART}" -> "{POSTGRES}" [label="TCP 5432"];' in written
    assert written.count("{") == written.count("}")


def test_why_names_the_rule_and_its_line(network):
    told = network("why", "shop/cart", "data/postgres", "5432", "--path", ESTATE).out.splitlines()
    assert told[0] == f"{CART} can reach {POSTGRES} on TCP 5432"
    assert "allowed by shop/NetworkPolicy/backends" in told[1]
    assert "allowed by data/NetworkPolicy/postgres" in told[2]
    assert "postgres.yaml:" in told[2]


def test_why_not_names_what_drops_it(network):
    answer = json.loads(network("why", "analytics/collector", "data/postgres", "TCP/5432", "--path", ESTATE, "--format", "json").out)
    assert answer["allowed"] is False
    (reason,) = [one for one in answer["reasons"] if "dropped" in one["text"]]
    assert reason["location"]["path"].endswith("data/postgres.yaml")


def test_why_says_what_is_not_certain(network):
    answer = json.loads(network("why", "monitoring/node-exporter", "data/postgres", "5432", "--path", ESTATE, "--format", "json").out)
    assert answer["allowed"] is None
    assert "depends on the network plugin" in answer["reasons"][-1]["text"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shop/kart", "data/postgres"), "did you mean 'shop/cart'?"),
        (("shop/cart", "data/postgres", "http"), "is no port"),
        (("shop/cart", "data/postgres", "99999"), "is no port"),
        (("shop/cart", "data/postgres", "ICMP/1"), "is no port"),
    ],
)
def test_mistakes_are_told(network, words, said):
    captured = network("why", *words, "--path", ESTATE, code=2)
    assert said in captured.err
    assert captured.out == ""


def test_a_broken_file_is_not_green(network, tmp_path):
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: a\n")
    captured = network(tmp_path, "--format", "json", code=3)
    assert json.loads(captured.out)["problems"][0]["kind"] == "unparsable"


def test_help_names_both_forms():
    from scanner.cli.network import network as command

    printed = CliRunner().invoke(command, ["--help"]).output
    assert "why" in printed
    assert "map" in printed


POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {0}, labels: {{app: {0}}}}}\nspec: {{containers: [{{name: c, image: i}}]}}\n---\n"
POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {matchLabels: {app: b}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: PORT}]}]}
"""


@pytest.fixture
def repository(tmp_path):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    commands = (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x"])
    (tmp_path / "a.yaml").write_text(POD.format("a") + POD.format("b") + POLICY.replace("PORT", "80"))
    for words in commands:
        subprocess.run(["git", "-C", tmp_path, *words], check=True)
    return tmp_path


def test_diff_shows_what_changed_alone(network, repository):
    assert "nobody may reach more or less" in network(repository, "--diff", "HEAD").out
    (repository / "a.yaml").write_text(POD.format("a") + POD.format("b") + POLICY.replace("PORT", "81"))
    assert network(repository, "--diff", "HEAD").out == "~ default/a[Pod] -> default/b[Pod]  TCP 80 => TCP 81\n"
    (row,) = json.loads(network(repository, "--diff", "HEAD", "--format", "json").out)["changes"]
    assert row == {"src": "default/a[Pod]", "dst": "default/b[Pod]", "change": "changed", "before": "TCP 80", "after": "TCP 81"}
    assert "other ports" in network(repository, "--diff", "HEAD", "--format", "svg").out


def test_diff_compares_addresses_however_they_are_cut(network, repository):
    (repository / "a.yaml").write_text(POD.format("a") + POD.format("b"))
    added = network(repository, "--diff", "HEAD").out.splitlines()
    assert added == [
        "+ 0.0.0.0-255.255.255.255 -> default/b[Pod]  All Connections",
        "~ default/a[Pod] -> default/b[Pod]  TCP 80 => All Connections",
    ]


@pytest.mark.parametrize(
    ("words", "said"), [(("--diff", "nowhere"), "nowhere"), (("--diff", "HEAD", "--format", "dot"), "cannot be written")]
)
def test_diff_refuses_what_it_cannot_do(network, repository, words, said):
    assert said in network(repository, *words, code=2).err
