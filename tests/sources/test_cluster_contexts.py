"""Ways into clusters: what a kubeconfig says is what kubectl and the official client make of it, without loading the latter."""

from __future__ import annotations

import base64
import itertools
import json
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scanner.model.platform import Access
from scanner.sources.cluster import client as opening
from scanner.sources.cluster.client import impersonation, is_plain, open_client
from scanner.sources.cluster.connection import FailedError
from scanner.sources.cluster.contexts import from_files
from scanner.sources.cluster.transport import Plain

HERE = "contexts: [{name: here, context: {cluster: c}}]\nclusters: [{name: c"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("certificates")
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=me", "-keyout", "key.pem"]
    try:
        subprocess.run([*words, "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not here")
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def config(cluster: dict[str, Any], user: dict[str, Any], name: str = "here") -> dict[str, Any]:
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": "https://127.0.0.1:6443", **cluster}}],
        "users": [{"name": name, "user": user}], "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }  # fmt: skip


def encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def test_as_the_official_client_reads_it(pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way to write a server's authority with every way to write who one is."""
    kubernetes = pytest.importorskip("kubernetes")
    certificate, key = pair
    (tmp_path / "token").write_text("from a file\n")
    for one in pair:
        (tmp_path / one.name).write_bytes(one.read_bytes())
    clusters: list[dict[str, Any]] = [
        {"certificate-authority": "cert.pem"}, {"certificate-authority": str(certificate)},
        {"certificate-authority-data": encoded(certificate)}, {"insecure-skip-tls-verify": True},
        {"certificate-authority": "cert.pem", "tls-server-name": "other.example.com"}, {"server": "https://example.com/path/"},
    ]  # fmt: skip
    users: list[dict[str, Any]] = [
        {}, {"token": "abc"}, {"tokenFile": "token"}, {"username": "me", "password": "x:y"},
        {"client-certificate": "cert.pem", "client-key": "key.pem"},
        {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key), "token": "abc"},
    ]  # fmt: skip
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    for cluster, user in itertools.product(clusters, users):
        (tmp_path / "config").write_text(json.dumps(config(cluster, user)))
        theirs = kubernetes.client.Configuration()
        kubernetes.config.load_kube_config(str(tmp_path / "config"), None, theirs)
        entry = from_files(None)
        ours = open_client("current")
        said = {
            one["key"].lower(): one["value"].strip() for one in theirs.auth_settings().values() if one["in"] == "header" and one["value"]
        }
        assert is_plain(entry)
        way = ours.ask
        assert isinstance(way, Plain)
        assert (way.url, ours.headers()) == (theirs.host, said)
        context = way.trust
        assert context is not None
        assert context.verify_mode == (ssl.CERT_REQUIRED if theirs.verify_ssl else ssl.CERT_NONE)
        assert context.check_hostname is theirs.verify_ssl
        assert way.name == (theirs.tls_server_name or urlsplit(theirs.host).hostname)
        if theirs.ssl_ca_cert:
            trusted = ssl.create_default_context(cafile=theirs.ssl_ca_cert)
            assert context.get_ca_certs() == trusted.get_ca_certs()


def test_nothing_heavy_is_loaded_for_a_token(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(json.dumps(config({}, {"token": "abc"})))
    code = (
        "import sys; from scanner.sources.cluster.client import open_client; open_client('here');"
        "sys.exit(any(name.split('.')[0] in ('kubernetes', 'urllib3', 'requests', 'pydantic') for name in sys.modules))"
    )
    environment = {"KUBECONFIG": str(tmp_path / "config"), "PATH": "/usr/bin"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({}, {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "kubelogin"}}),
        ({}, {"auth-provider": {"name": "oidc"}}),
        ({"proxy-url": "http://127.0.0.1:3128"}, {"token": "abc"}),
    ],
)
def test_what_is_more_than_a_token_is_the_official_clients(
    cluster: dict[str, Any], user: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(json.dumps(config(cluster, user)))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    asked = []
    monkeypatch.setattr(opening, "_official", lambda entry, handed: asked.append(entry.context))
    open_client("here")
    assert asked == ["here"]


def test_a_proxy_of_the_environment_is_the_official_clients(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(json.dumps(config({}, {"token": "abc"})))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert is_plain(from_files(None))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    assert not is_plain(from_files(None))


def test_a_program_hands_out_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The official client runs it; who one acts as is said on top."""
    pytest.importorskip("kubernetes")
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "made"}}
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    said = {"apiVersion": answer["apiVersion"], "command": "cat", "args": [str(tmp_path / "answer.json")], "interactiveMode": "Never"}
    (tmp_path / "config").write_text(json.dumps(config({}, {"exec": said, "as": "auditor", "as-groups": ["a", "b"]})))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    found = open_client("here").headers()
    assert {key.lower(): value for key, value in found.items()} == {
        "authorization": "Bearer made", "impersonate-user": "auditor", "impersonate-group": ["a", "b"],
    }  # fmt: skip


def test_the_first_file_that_names_a_thing_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As kubectl merges them; the official client lets the last file say which context is current."""
    first, second = config({"server": "https://one"}, {"token": "1"}, "one"), config({"server": "https://two"}, {"token": "2"}, "two")
    second["clusters"].append({"name": "one", "cluster": {"server": "https://other"}})
    (tmp_path / "a").write_text(json.dumps(first))
    (tmp_path / "b").write_text(json.dumps(second))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'a'}:{tmp_path / 'missing'}:{tmp_path / 'b'}")
    assert [way.url for context in ("current", "one") if isinstance(way := open_client(context).ask, Plain)] == ["https://one"] * 2
    assert open_client("two").headers() == {"authorization": "Bearer 2"}


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "contexts: [1]", "current-context: here", "contexts: [{name: here, context: {cluster: none}}]",
        f"{HERE}, cluster: {{server: 5}}}}]",
        f"{HERE}, cluster: {{server: 'https://x', certificate-authority: gone}}}}]",
        f"{HERE}, cluster: {{server: 'https://x', certificate-authority-data: '***'}}}}]",
    ],
)  # fmt: skip
def test_a_kubeconfig_that_cannot_be_used_is_said_without_its_path(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    with pytest.raises(FailedError) as raised:
        open_client("here")
    assert str(tmp_path) not in raised.value.detail


def test_a_pod_is_its_service_account(pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.sources.cluster import contexts

    (tmp_path / "ca.crt").write_bytes(pair[0].read_bytes())
    (tmp_path / "token").write_text("mounted")
    monkeypatch.setattr(contexts, "_ACCOUNT", str(tmp_path))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    found = open_client("in-cluster")
    assert isinstance(found.ask, Plain)
    assert (found.ask.url, found.ask.host, found.headers()) == ("https://[fd00::1]:443", "fd00::1", {"authorization": "Bearer mounted"})
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST")
    with pytest.raises(FailedError, match="this is no pod"):
        open_client("in-cluster")


def test_what_a_platform_hands_out_needs_no_file() -> None:
    found = open_client(Access("AKS a", lambda: config({}, {"token": "abc"})))
    assert found.headers() == {"authorization": "Bearer abc"}


def test_a_scheme_in_capitals_is_encrypted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token must not cross the network in the clear for the way that an address is written."""
    (tmp_path / "config").write_text(json.dumps(config({"server": "HTTPS://127.0.0.1:6443"}, {"token": "t"})))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    way = open_client("here").ask
    assert isinstance(way, Plain)
    assert way.trust is not None
    assert way.trust.verify_mode is ssl.CERT_REQUIRED


def test_what_a_user_brings_along_is_a_header_whatever_it_is_called() -> None:
    """https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation (v1.37)"""
    found = impersonation({"as": "jane", "as-user-extra": {"acme.com/project": ["shop"], "a b%": ["c"]}})
    assert found == {
        "Impersonate-User": "jane", "Impersonate-Extra-acme.com%2Fproject": ["shop"], "Impersonate-Extra-a%20b%25": ["c"],
    }  # fmt: skip
