"""DigitalOcean against a server of ours: its objects are judged as the Terraform that would declare them, and its secrets go nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from platform_server import Answer, Asked, Reply, Server, serving

pytest.importorskip("azure.core", reason="the extra digitalocean is not installed")

from scanner.cli.main import run

KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "SERVER", certificate-authority-data: ""}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users: [{name: u, user: {token: t, exec: {command: evil}}}]
"""
ACCOUNT = {"account": {"uuid": "u-1", "email": "x@example.org", "team": {"uuid": "team-1"}}}
CLUSTER = {
    "id": "c-1", "name": "doks", "region": "fra1", "ha": False, "auto_upgrade": True, "surge_upgrade": True, "tags": ["owner:shop"],
    "control_plane_firewall": {"enabled": True, "allowed_addresses": ["203.0.113.0/24"]}, "node_pools": [],
}  # fmt: skip
DATABASE = {
    "id": "d-1", "name": "orders", "engine": "pg", "region": "nyc3", "tags": [], "private_network_uuid": "v-1",
    "connection": {"uri": "postgresql://doadmin:hunter2hunter2@db", "password": "hunter2hunter2"},
    "users": [{"name": "doadmin", "password": "hunter2hunter2"}],
}  # fmt: skip
DROPLET = {"id": 7, "name": "web", "region": {"slug": "fra1"}, "features": [], "vpc_uuid": "v-1", "volume_ids": [], "tags": []}
NODE = {**DROPLET, "id": 8, "name": "pool-x", "tags": ["k8s", "k8s:worker"]}
FIREWALL = {
    "id": "f-1", "name": "edge", "tags": [], "droplet_ids": [7],
    "inbound_rules": [{"protocol": "tcp", "ports": "22", "sources": {"addresses": ["0.0.0.0/0", "::/0"]}}],
    "outbound_rules": [],
}  # fmt: skip
BALANCER = {
    "id": "l-1", "name": "lb", "region": {"slug": "fra1"}, "redirect_http_to_https": False,
    "forwarding_rules": [{"entry_protocol": "http", "entry_port": 80}],
}  # fmt: skip


def answers(lists: Mapping[str, Any]) -> Answer:
    """Answer with these lists (path → body); what is not named is empty."""
    empty = {
        "/v2/kubernetes/clusters": "kubernetes_clusters", "/v2/databases": "databases", "/v2/droplets": "droplets",
        "/v2/volumes": "volumes",
        "/v2/load_balancers": "load_balancers", "/v2/firewalls": "firewalls", "/v2/vpcs": "vpcs", "/v2/snapshots": "snapshots",
        "/v2/reserved_ips": "reserved_ips", "/v2/spaces/keys": "keys",
    }  # fmt: skip
    known = {"/v2/account": ACCOUNT, **{path: {key: []} for path, key in empty.items()}, **lists}

    def answer(asked: Asked) -> Reply:
        if asked.method != "GET":
            return Reply({}, 405)
        body = known.get(asked.path)
        return Reply({"id": "not_found", "message": "no"}, 404) if body is None else body if isinstance(body, Reply) else Reply(body)

    return answer


def starting(monkeypatch: pytest.MonkeyPatch, variable: str, address: str, **keys: str) -> Iterator[Any]:
    """Give what starts servers and lets the environment lead to the last one, with these keys."""
    with ExitStack() as stack:

        def start(answer: Answer) -> Server:
            server = stack.enter_context(serving(answer))
            for name, value in {variable: address.format(server.url), **keys}.items():
                monkeypatch.setenv(name, value)
            return server

        yield start


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr("scanner.sources.digitalocean.pause", lambda _: None)
    yield from starting(monkeypatch, "DIGITALOCEAN_API_URL", "{0}", DIGITALOCEAN_TOKEN="dop_v1_secret")


def scan(tmp_path: Any, capsys: pytest.CaptureFixture[str], *words: str, select: str = "digitalocean") -> tuple[int, dict[str, Any], str]:
    (tmp_path / "main.tf").exists() or (tmp_path / "main.tf").write_text("# nothing\n")
    (tmp_path / "plumbrule.yaml").exists() or (tmp_path / "plumbrule.yaml").write_text(
        "incomplete: {accept: [{kinds: [unsupported], reason: no Spaces here}]}\n"
    )
    code = run(["scan", str(tmp_path), "--digitalocean", "--select", select, "--format", "json", "--include-passing", *words])
    said = capsys.readouterr()
    assert said.out, said.err
    answer = json.loads(said.out)
    answer["problems"] = [one for one in answer["problems"] if not one.get("accepted")]
    return code, answer, said.out + said.err


def outcomes(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["slug"], one["resource"]["name"], one["outcome"]) for one in answer["results"]}


LISTS = {
    "/v2/kubernetes/clusters": {"kubernetes_clusters": [CLUSTER]}, "/v2/databases": {"databases": [DATABASE]},
    "/v2/databases/d-1/firewall": {"rules": [{"uuid": "r", "cluster_uuid": "d-1", "type": "ip_addr", "value": "0.0.0.0/0"}]},
    "/v2/databases/d-1/replicas": {"replicas": [{"id": "r-1", "name": "copy", "region": "ams3", "tags": []}]},
    "/v2/droplets": {"droplets": [DROPLET, NODE]}, "/v2/firewalls": {"firewalls": [FIREWALL]},
    "/v2/load_balancers": {"load_balancers": [BALANCER]},
    "/v2/spaces/keys": {"keys": [{"name": "k", "access_key": "DO00SECRET", "grants": [{"bucket": "media", "permission": "read"}]}]},
}  # fmt: skip


def test_an_account_is_judged_by_the_rules_of_its_terraform(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server = cloud(answers(LISTS))
    code, answer, said = scan(tmp_path, capsys)
    found = outcomes(answer)
    assert (code, answer["problems"]) == (1, [])
    assert {one["resource"]["scope"] for one in answer["results"]} == {"team-1"}
    assert {
        ("do-db-firewall", "orders", "fail"), ("do-open-admin", "edge", "fail"), ("do-lb-tls", "lb", "fail"),
        ("do-ssh-keys", "web", "fail"),
        ("doks-upgrades-ha", "doks", "fail"), ("do-spaces-public", "media", "unknown"), ("do-spaces-versioning", "media", "unknown"),
    } <= found  # fmt: skip
    assert not [row for row in found if row[1] == "pool-x"], "the nodes of a cluster are the cluster's"
    assert "hunter2" not in said
    assert "dop_v1" not in said
    assert "DO00SECRET" not in said
    assert {one.method for one in server.asked} == {"GET"}
    assert {one.token for one in server.asked} == {"Bearer dop_v1_secret"}


def test_spaces_are_honestly_not_seen(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(answers({}))
    (tmp_path / "plumbrule.yaml").write_text("{}\n")
    code, answer, _ = scan(tmp_path, capsys)
    assert code == 3
    assert [(one["kind"], one["detail"].partition(":")[0]) for one in answer["problems"]] == [("unsupported", "Spaces")]


def test_places_and_tags(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(answers(LISTS))
    _, answer, _ = scan(tmp_path, capsys, "--residency-profile", "eu-only", select="do-region-eu,multi-cloud-tags")
    found = outcomes(answer)
    assert ("do-region-eu", "orders", "fail") in found
    assert ("do-region-eu", "doks", "pass") in found
    assert ("multi-cloud-tags", "web", "fail") in found


def test_pages_and_throttling(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    hiccups = [Reply({"id": "too_many_requests", "message": "slow"}, 429, {"Retry-After": "2"})]
    usual = answers({})

    def answer(asked: Asked) -> Reply:
        if asked.path != "/v2/droplets":
            return usual(asked)
        if hiccups:
            return hiccups.pop()
        page = int(asked.query.get("page", "1"))
        links = {"pages": {"next": f"{server.url}/v2/droplets?page={page + 1}"}} if page < 3 else {}
        return Reply({"droplets": [{**DROPLET, "id": page, "name": f"web-{page}"}], "links": links})

    server = cloud(answer)
    _, found, _ = scan(tmp_path, capsys, select="do-ssh-keys")
    assert {name for _, name, _ in outcomes(found)} == {"web-1", "web-2", "web-3"}


def test_a_link_to_elsewhere_is_not_followed(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    links = {"pages": {"next": "https://evil.example/v2/droplets?page=2"}}
    cloud(answers({"/v2/droplets": {"droplets": [DROPLET], "links": links}}))
    code, answer, _ = scan(tmp_path, capsys, select="do-ssh-keys")
    assert code == 3
    assert "another server" in answer["problems"][0]["detail"]
    assert ("do-ssh-keys", "web", "fail") in outcomes(answer)


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply({"id": "forbidden", "message": "no"}, 403), "forbidden", "the scope database:read"),
        (Reply({"id": "server_error", "message": "oops"}, 500), "unreachable", "oops"),
        (Reply(b"{"), "unparsable", "no JSON object"),
        (Reply({"other": 1}), "unparsable", "holds no databases"),
        (Reply({"databases": []}, cut=4), "unreachable", "no answer"),
    ],
    ids=["forbidden", "500", "malformed", "other", "killed"],
)
def test_what_is_not_seen_is_said(
    cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], reply: Reply, kind: str, words: str
) -> None:
    cloud(answers({**LISTS, "/v2/databases": reply}))
    code, answer, _ = scan(tmp_path, capsys)
    assert code == 3
    (problem,) = answer["problems"]
    assert problem["kind"] == kind
    assert words in problem["detail"]
    assert ("do-lb-tls", "lb", "fail") in outcomes(answer)


def test_trusted_sources_that_may_not_be_read_are_not_absent(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(answers({**LISTS, "/v2/databases/d-1/firewall": Reply({"id": "forbidden", "message": "no"}, 403)}))
    code, answer, _ = scan(tmp_path, capsys, select="do-db-firewall")
    assert code == 3
    assert {outcome for _, name, outcome in outcomes(answer) if name == "orders"} == {"unknown"}


@pytest.mark.parametrize("status", [401, 500])
def test_an_account_that_cannot_be_asked_is_one_problem(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], status: int) -> None:
    cloud(lambda _: Reply({"id": "unauthorized", "message": "Unable to authenticate you"}, status))
    code, answer, _ = scan(tmp_path, capsys)
    assert (code, len(answer["problems"])) == (3, 1)


def test_without_a_token_there_is_one_sentence(tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITALOCEAN_TOKEN", raising=False)
    monkeypatch.delenv("DIGITALOCEAN_ACCESS_TOKEN", raising=False)
    code, answer, _ = scan(tmp_path, capsys)
    assert code == 3
    assert "no token in DIGITALOCEAN_TOKEN" in answer["problems"][0]["detail"]


def test_a_live_object_has_the_place_of_its_block(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text('resource "digitalocean_loadbalancer" "lb" {\n  name = "lb"\n  redirect_http_to_https = true\n}\n')
    cloud(answers(LISTS))
    _, answer, _ = scan(tmp_path, capsys, select="do-lb-tls")
    live = next(one for one in answer["results"] if one["outcome"] == "fail")
    assert (live["location"]["path"], live["resource"]["address"]) == ("main.tf", "digitalocean:loadbalancer/lb/l-1")


def test_the_clusters_of_an_account_are_opened(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The kubeconfig that is handed out names a program, which is not run, and a server that is not there, which is said."""
    text = KUBECONFIG.replace("SERVER", "https://127.0.0.1:9").encode()
    server = cloud(answers({**LISTS, "/v2/kubernetes/clusters/c-1/kubeconfig": Reply(text)}))
    pytest.importorskip("kubernetes", reason="the extra k8s is not installed")
    code, answer, _ = scan(tmp_path, capsys, "--managed-clusters", select="doks-upgrades-ha")
    assert code == 3
    assert "/v2/kubernetes/clusters/c-1/kubeconfig" in server.paths()
    (problem,) = answer["problems"]
    assert problem["kind"] == "unreachable"
    assert problem["detail"].startswith("cluster DOKS doks: GET /version")


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply({"id": "forbidden", "message": "no"}, 403), "forbidden", "the scope kubernetes:access_cluster"),
        (Reply(b"{"), "unparsable", "is none"),
        (Reply(KUBECONFIG.replace("SERVER", "http://127.0.0.1:9").encode()), "unparsable", "without encryption"),
    ],
    ids=["forbidden", "malformed", "plain"],
)
def test_a_cluster_that_is_not_opened_is_said(
    cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], reply: Reply, kind: str, words: str
) -> None:
    pytest.importorskip("kubernetes", reason="the extra k8s is not installed")
    cloud(answers({**LISTS, "/v2/kubernetes/clusters/c-1/kubeconfig": reply}))
    code, answer, _ = scan(tmp_path, capsys, "--managed-clusters", select="doks-upgrades-ha")
    assert code == 3
    (problem,) = answer["problems"]
    assert problem["kind"] == kind
    assert words in problem["detail"]
    assert ("doks-upgrades-ha", "doks", "fail") in outcomes(answer)


NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
GRANT = "<Grant><Grantee><{0}>{1}</{0}></Grantee><Permission>{2}</Permission></Grant>"
OWNER = GRANT.format("ID", "1", "FULL_CONTROL")
EVERYONE = GRANT.format("URI", "http://acs.amazonaws.com/groups/global/AllUsers", "READ")
POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::open/*"}]}


def xml(tag: str, inner: str) -> Reply:
    return Reply(f'<?xml version="1.0"?><{tag} {NAMESPACE}>{inner}</{tag}>'.encode())


def spaces(buckets: Mapping[str, Mapping[str, Reply]], region: str = "fra1") -> Answer:
    """Answer as Spaces do: bucket → question → reply, all in one region."""
    missing = Reply(b"<Error><Code>NoSuchBucketPolicy</Code></Error>", 404)
    empty = {"acl": xml("AccessControlPolicy", OWNER), "versioning": xml("VersioningConfiguration", ""), "policy": missing}

    def answer(asked: Asked) -> Reply:
        place, _, name = asked.path.strip("/").partition("/")
        assert f"/{place}/s3/aws4_request" in asked.token
        if not name:
            listed = "".join(f"<Bucket><Name>{one}</Name></Bucket>" for one in (buckets if place == region else ()))
            return xml("ListAllMyBucketsResult", f"<Buckets>{listed}</Buckets>")
        (question,) = asked.query
        return buckets[name].get(question, empty[question])

    return answer


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    keys = {"SPACES_ACCESS_KEY_ID": "DO00KEY", "SPACES_SECRET_ACCESS_KEY": "spaces-secret-value"}
    yield from starting(monkeypatch, "SPACES_ENDPOINT_URL", "{0}/{{{{.Region}}}}", **keys)


def test_spaces_are_read_with_their_own_keys(cloud: Any, stores: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(answers(LISTS))
    kept = xml("VersioningConfiguration", "<Status>Enabled</Status>")
    server = stores(
        spaces({"media": {"versioning": kept}, "open": {"acl": xml("AccessControlPolicy", OWNER + EVERYONE), "policy": Reply(POLICY)}})
    )
    code, answer, said = scan(tmp_path, capsys)
    found = {row for row in outcomes(answer) if row[0].startswith("do-spaces")}
    assert (code, answer["problems"]) == (1, [])
    assert {
        ("do-spaces-public", "media", "pass"), ("do-spaces-versioning", "media", "pass"),
        ("do-spaces-public", "open", "fail"), ("do-spaces-versioning", "open", "fail"),
    } <= found  # fmt: skip
    assert not [row for row in found if row[2] == "unknown"], "what is read is not also what an access key names"
    assert {one.method for one in server.asked} == {"GET"}
    assert "spaces-secret-value" not in said


def test_what_keys_of_spaces_may_not_read_is_said(cloud: Any, stores: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(answers({}))
    refused = Reply(b"<Error><Code>AccessDenied</Code></Error>", 403)
    stores(spaces({"media": {"acl": refused, "policy": refused, "versioning": Reply(b"<broken")}}))
    code, answer, _ = scan(tmp_path, capsys)
    assert (code, answer["problems"]) == (0, [])
    assert {("do-spaces-public", "media", "unknown"), ("do-spaces-versioning", "media", "unknown")} <= outcomes(answer)
    stores(lambda _: refused)
    code, answer, _ = scan(tmp_path, capsys)
    assert (code, [one["kind"] for one in answer["problems"]]) == (3, ["forbidden"])


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_requests_are_signed_as_amazon_shows_it(query: str, signature: str) -> None:
    """The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html."""
    from scanner.sources.spaces import signed

    access = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    found = signed("GET", f"https://examplebucket.s3.amazonaws.com/?{query}", access, "us-east-1", datetime(2013, 5, 24, tzinfo=UTC))
    assert found["Authorization"].endswith(f"Signature={signature}")
