"""Azure through the real client libraries, against a server of ours: what was seen is judged, what was not is said."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from azure_server import GRAPH, OTHER, SUB, azure, denied, group, resource, state, subscription, token
from platform_server import Answer, Asked, Reply, Server, serving

pytest.importorskip("azure.identity", reason="the extra azure is not installed")
pytest.importorskip("azure.mgmt.policyinsights", reason="the extra azure is not installed")

from scanner.cli.main import run

STORE = resource(
    "Microsoft.Storage/storageAccounts", "stshop", {"allowSharedKeyAccess": True, "minimumTlsVersion": "TLS1_2"}, kind="StorageV2"
)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Start servers that a scan takes for Azure; tokens come from them too, as on App Service."""
    with ExitStack() as stack:
        pauses: list[float] = []

        def start(answer: Answer) -> Server:
            server = stack.enter_context(serving(answer))
            monkeypatch.setenv("AZURE_RESOURCE_MANAGER_ENDPOINT", server.url)
            monkeypatch.setenv("IDENTITY_ENDPOINT", f"{server.url}/token")
            monkeypatch.setenv("IDENTITY_HEADER", "x")
            monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
            monkeypatch.setattr("scanner.sources.azure.pause", pauses.append)
            return server

        start.pauses = pauses  # type: ignore[attr-defined]
        yield start


def scan(tmp_path: Any, capsys: pytest.CaptureFixture[str], *words: str, select: str = "AZ-ST-005") -> tuple[int, dict[str, Any]]:
    (tmp_path / "main.tf").exists() or (tmp_path / "main.tf").write_text("# nothing\n")
    code = run(["scan", str(tmp_path), "--select", select, "--format", "json", "--include-passing", *words])
    said = capsys.readouterr()
    assert said.out, said.err
    return code, json.loads(said.out)


def rows(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["rule"], one["outcome"], one["resource"]["name"]) for one in answer["results"]]


def test_a_subscription_is_judged(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(azure([subscription(), group(), STORE]))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB)
    assert answer["problems"] == []
    assert code == 1
    (found,) = answer["results"]
    assert (found["rule"], found["outcome"], found["location"]) == ("AZ-ST-005", "fail", None)
    assert found["resource"]["type"] == "Microsoft.Storage/storageAccounts"
    assert found["resource"]["scope"] == SUB
    assert found["resource"]["address"].endswith("/resourceGroups/rg-shop/providers/Microsoft.Storage/storageAccounts/stshop")


def test_nothing_need_be_in_the_current_folder(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    cloud(azure([subscription(), group(), STORE]))
    monkeypatch.chdir(tmp_path)
    code = run(["scan", "--select", "AZ-ST-005", "--format", "json", "--azure-subscription", SUB])
    answer = json.loads(capsys.readouterr().out)
    assert (code, answer["problems"], len(answer["results"])) == (1, [], 1)


def test_pages_are_read_to_the_end(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stores = [resource("Microsoft.Storage/storageAccounts", f"st{number}", {"allowSharedKeyAccess": False}) for number in range(7)]
    server = cloud(azure([subscription(), group(), *stores], page=2))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB.upper())
    assert code == 0
    assert len(rows(answer)) == 7
    tokens = [one.body["options"].get("$skipToken") for one in server.asked if is_resources(one)]
    assert tokens == [None, "2", "4", "6"]
    assert answer["coverage"]["by_type"]["Microsoft.Storage/storageAccounts"] == 7


def test_two_subscriptions_each_fail_alone(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(azure([subscription(), group(), STORE]))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, "--azure-subscription", OTHER)
    assert code == 3
    assert rows(answer) == [("AZ-ST-005", "fail", "stshop")]
    (problem,) = answer["problems"]
    assert problem["kind"] == "forbidden"
    assert f"the role Reader on /subscriptions/{OTHER}" in problem["detail"]


def test_a_management_group_is_its_subscriptions(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    other = resource("Microsoft.Storage/storageAccounts", "stother", {"allowSharedKeyAccess": True}, sub=OTHER)
    server = cloud(azure([subscription(), STORE, subscription(OTHER), other]))
    _, answer = scan(tmp_path, capsys, "--azure-management-group", "landing-zones", "--azure-subscription", OTHER)
    assert answer["problems"] == []
    assert sorted(rows(answer)) == [("AZ-ST-005", "fail", "stother"), ("AZ-ST-005", "fail", "stshop")]
    assert {tuple(one.body.get("managementGroups", ())) for one in server.asked if one.path == GRAPH} == {(), ("landing-zones",)}


def is_resources(asked: Asked) -> bool:
    return asked.path == GRAPH and asked.body["query"].startswith("Resources ")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_hiccup_is_waited_out(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], status: int) -> None:
    failing = [Reply({}, status, {"Retry-After": "3600"}), Reply({}, status, {"Retry-After": "7"})]
    usual = azure([subscription(), STORE])
    cloud(lambda asked: failing.pop() if is_resources(asked) and failing else usual(asked))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB)
    assert (code, answer["problems"]) == (1, [])
    assert cloud.pauses == [7, 60]


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply({"error": {"code": "RateLimiting", "message": "slow down"}}, 429, {"Retry-After": "1"}), "unreachable", "throttled"),
        (Reply({"error": {"code": "Internal", "message": "oops"}}, 500), "unreachable", "500 oops"),
        (Reply(b"<html>", 502), "unreachable", "502"),
        (Reply(denied().body, 403), "forbidden", f"the role Reader on /subscriptions/{SUB}"),
        (Reply({"error": {"code": "ExpiredAuthenticationToken", "message": "expired"}}, 401), "forbidden", "sign in again"),
        (Reply(b"{not json"), "unparsable", "no JSON object"),
        (Reply(b"[1]"), "unparsable", "no JSON object"),
        (Reply({"data": 3}), "unparsable", "no rows"),
        (Reply({"data": []}, cut=5), "unreachable", "no answer"),
        (Reply({"data": [], "totalRecords": 9, "resultTruncated": "true"}), "unreachable", "0 of 9 objects"),
    ],
    ids=["throttled", "500", "502", "forbidden", "expired", "malformed", "list", "no-rows", "killed", "truncated"],
)
def test_what_is_not_seen_is_said_and_the_rest_is_judged(
    cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], reply: Reply, kind: str, words: str
) -> None:
    usual = azure([subscription(), group(), STORE, owner()])
    cloud(lambda asked: reply if is_resources(asked) else usual(asked))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, select="AZ-ST-005,AZ-RBAC-*")
    assert code == 3
    (problem,) = answer["problems"]
    assert (problem["kind"], problem["location"]) == (kind, None)
    assert words in problem["detail"]
    assert SUB in problem["detail"]
    assert any(
        one["outcome"] == "fail" and one["resource"]["type"] == "Microsoft.Authorization/roleAssignments" for one in answer["results"]
    )


def owner() -> dict[str, Any]:
    name = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
    return {
        "id": f"/subscriptions/{SUB}/providers/Microsoft.Authorization/roleAssignments/a1", "name": "a1", "subscriptionId": SUB,
        "type": "microsoft.authorization/roleassignments",
        "properties": {
            "roleDefinitionId": f"/providers/Microsoft.Authorization/RoleDefinitions/{name}", "scope": f"/subscriptions/{SUB}",
            "principalType": "User", "principalId": "1",
        },
    }  # fmt: skip


def test_a_page_that_fails_loses_nothing_of_those_before(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stores = [resource("Microsoft.Storage/storageAccounts", f"st{number}", {"allowSharedKeyAccess": True}) for number in range(5)]
    usual = azure([subscription(), *stores], page=2)

    def answer(asked: Asked) -> Reply:
        last = is_resources(asked) and asked.body["options"].get("$skipToken") == "4"
        return Reply({"data": [{"id": "/x"}]}, cut=3) if last else usual(asked)

    cloud(answer)
    code, found = scan(tmp_path, capsys, "--azure-subscription", SUB)
    assert code == 3
    assert len(rows(found)) == 4
    assert "after 4 objects, which are judged" in found["problems"][0]["detail"]


def test_a_token_that_is_refused_is_renewed_once(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    usual, tokens = azure([subscription(), STORE]), iter("abcdefgh")

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            return token(next(tokens), seconds=30)  # so near its end that the library asks for another one
        return Reply({}, 401) if asked.token == "Bearer a" else usual(asked)

    server = cloud(answer)
    code, found = scan(tmp_path, capsys, "--azure-subscription", SUB)
    assert (code, found["problems"]) == (1, [])
    assert {one.token for one in server.asked if one.path == GRAPH} > {"Bearer a", "Bearer b"}


def test_without_a_sign_in_there_is_one_sentence(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(lambda asked: Reply({"error": "invalid"}, 400) if asked.path == "/token" else Reply({}))
    code, found = scan(tmp_path, capsys, "--azure-subscription", SUB)
    assert code == 3
    assert [(one["kind"], "cannot sign in" in one["detail"]) for one in found["problems"]] == [("forbidden", True)]


def test_children_are_asked_for_and_what_may_not_be_read_is_unknown(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, files = (
        resource("Microsoft.Storage/storageAccounts", name, kind=kind)
        for name, kind in (("a", "StorageV2"), ("b", "StorageV2"), ("c", "FileStorage"))
    )
    kept = {"deleteRetentionPolicy": {"enabled": True}, "containerDeleteRetentionPolicy": {"enabled": True}, "isVersioningEnabled": True}
    gets = {
        f"{good['id']}/blobServices/default": {"id": f"{good['id']}/blobServices/default", "name": "default", "properties": kept},
        f"{bad['id']}/blobServices/default": denied("Microsoft.Storage/storageAccounts/blobServices/read"),
    }
    server = cloud(azure([subscription(), good, bad, files], gets))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, select="st-soft-delete")
    assert code == 3
    assert sorted((one["outcome"], one["resource"]["address"].split("/")[8]) for one in answer["results"]) == [
        ("pass", "a"),
        ("unknown", "b"),
    ]
    assert "no authorization" in next(one["cause"] for one in answer["results"] if one["outcome"] == "unknown")
    (problem,) = answer["problems"]
    assert problem["kind"] == "forbidden"
    assert f"Reader on {bad['id']}" in problem["detail"]
    assert not [path for path in server.paths() if "/c/" in path], "a file share has no blobs"


def test_a_setting_that_may_not_be_read_is_not_taken_for_absent(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    vault = resource("Microsoft.KeyVault/vaults", "kv-shop", {"enableRbacAuthorization": True})
    path = f"{vault['id']}/providers/Microsoft.Insights/diagnosticSettings"
    logs = {"id": f"{path.lower()}/all", "name": "all", "properties": {"logs": [{"categoryGroup": "audit", "enabled": True}]}}
    for body, outcome in (([logs], "pass"), ([], "fail"), (denied("Microsoft.Insights/diagnosticSettings/read"), "unknown")):
        cloud(azure([subscription(), vault], {path: body}))
        _, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, select="kv-audit-logs")
        assert [one["outcome"] for one in answer["results"]] == [outcome]


def test_a_configuration_of_unknown_name_is_unknown(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server = resource("Microsoft.DBforPostgreSQL/flexibleServers", "pg", {"network": {"publicNetworkAccess": "Disabled"}})
    cloud(azure([subscription(), server], {f"{server['id']}/configurations": denied()}))
    _, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, select="pg-tls")
    assert {one["outcome"] for one in answer["results"]} == {"unknown"}


def test_nothing_is_ever_written(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server = cloud(azure([subscription(), group(), STORE, resource("Microsoft.KeyVault/vaults", "kv")]))
    scan(tmp_path, capsys, "--azure-subscription", SUB, select="*")
    assert {one.method for one in server.asked} == {"GET", "POST"}
    assert {one.path.lower() for one in server.asked if one.method == "POST"} == {
        GRAPH.lower(), f"/subscriptions/{SUB}/providers/microsoft.policyinsights/policystates/latest/queryresults",
    }  # fmt: skip


def test_a_block_that_declares_it_is_its_place(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "azurerm_storage_account" "media" {\n  name = "stshop"\n  shared_access_key_enabled = false\n}\n'
    )
    cloud(azure([subscription(), STORE]))
    _, answer = scan(tmp_path, capsys, "--azure-subscription", SUB)
    live = next(one for one in answer["results"] if one["resource"]["provider"] == "azure")
    assert (live["outcome"], live["location"]["path"], live["location"]["line"]) == ("fail", "main.tf", 1)
    assert next(one for one in answer["results"] if one["resource"]["provider"] != "azure")["outcome"] == "pass"


def test_an_address_without_encryption_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AZURE_RESOURCE_MANAGER_ENDPOINT", "http://management.example.org")
    (tmp_path / "main.tf").write_text("# nothing\n")
    assert run(["scan", str(tmp_path), "--azure-subscription", SUB]) == 2
    assert "no https address" in capsys.readouterr().err


def test_an_id_that_is_none_is_not_asked_about(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server = cloud(azure([]))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", "../providers/x")
    assert code == 3
    assert "this is no id" in answer["problems"][0]["detail"]
    assert server.asked == []


def test_clusters_are_found_somewhere(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(tmp_path), "--managed-clusters"]) == 2
    assert "--managed-clusters goes with" in capsys.readouterr().err


SHARED_KEYS = "8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54"
NAMES = "11111111-aaaa-4000-8000-000000000000"
TITLE = {f"/providers/microsoft.authorization/policydefinitions/{NAMES}": {"properties": {"displayName": "Names follow the scheme"}}}


def test_azure_policy_is_merged_and_says_nothing_twice(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    cloud(
        azure(
            [subscription(), STORE], TITLE, [state(SHARED_KEYS, STORE), state(NAMES, STORE), state(NAMES, STORE, policyAssignmentName="b")]
        )
    )
    (tmp_path / "main.tf").write_text("# nothing\n")
    run(["scan", str(tmp_path), "--profile", "platform", "--azure-subscription", SUB, "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    foreign = [one for one in answer["results"] if one["engine"] == "azure-policy"]
    (row,) = foreign
    assert (row["rule"], row["outcome"], row["resource"]["name"]) == (NAMES, "fail", "stshop")
    assert row["message"] == "Names follow the scheme (assigned by b, baseline)"
    assert row["resource"]["scope"] == SUB
    assert [one["rule"] for one in answer["results"] if one["rule"] == "AZ-ST-005"] == ["AZ-ST-005"]


def test_where_azure_policy_and_we_disagree_both_are_heard(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    safe = resource("Microsoft.Storage/storageAccounts", "stsafe", {"allowSharedKeyAccess": False})
    cloud(azure([subscription(), STORE, safe], {}, [state(SHARED_KEYS, safe), state(SHARED_KEYS, STORE, "Compliant")]))
    _, answer = scan(tmp_path, capsys, "--azure-subscription", SUB)
    (row,) = (one for one in answer["results"] if one["engine"] == "azure-policy")
    assert row["resource"]["name"] == "stsafe"
    assert "AZ-ST-005 judged the same and does not agree" in row["message"]
    run(["scan", str(tmp_path), "--select", "AZ-ST-005", "--azure-subscription", SUB])
    assert f"by{SHARED_KEYS},AZ-ST-005doesnot" in "".join(capsys.readouterr().out.split())


def test_what_azure_has_not_decided_is_unknown_and_exempt_is_silent(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rows_ = [
        state(NAMES, STORE, "Conflict"),
        state("22222222-aaaa-4000-8000-000000000000", STORE, "Exempt"),
        state("33333333-aaaa-4000-8000-000000000000", STORE, "Unknown", policyDefinitionAction="Manual"),
    ]
    cloud(azure([subscription(), STORE], TITLE, rows_))
    run(["scan", str(tmp_path), "--profile", "platform", "--azure-subscription", SUB, "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    found = [(one["rule"], one["outcome"], one["cause"]) for one in answer["results"] if one["engine"] == "azure-policy"]
    assert found == [(NAMES, "unknown", "assignments contradict each other")]


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (denied("Microsoft.PolicyInsights/policyStates/queryResults/read"), "forbidden", f"the role Reader on /subscriptions/{SUB}"),
        (Reply({"error": {"code": "x", "message": "slow"}}, 429, {"Retry-After": "1"}), "unreachable", "throttled"),
        (Reply(b"{no"), "unparsable", "not understood"),
        (Reply({"value": 7}), "unparsable", "not understood"),
        (Reply({"value": []}, cut=2), "unreachable", "Azure Policy states"),
    ],
    ids=["forbidden", "throttled", "malformed", "no-rows", "killed"],
)
def test_without_azure_policy_the_rest_is_judged(
    cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str], reply: Reply, kind: str, words: str
) -> None:
    usual = azure([subscription(), STORE])
    cloud(lambda asked: reply if asked.path.endswith("/queryResults") else usual(asked))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB)
    assert code == 3
    assert rows(answer) == [("AZ-ST-005", "fail", "stshop")]
    (problem,) = answer["problems"]
    assert problem["kind"] == kind
    assert words in problem["detail"]


def test_policy_states_are_read_over_pages(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    usual = azure([subscription(), STORE], TITLE)

    def answer(asked: Asked) -> Reply:
        if not asked.path.endswith("/queryResults") or "ne 'Compliant'" not in asked.query.get("$filter", "ne 'Compliant'"):
            return usual(asked)
        if "$skiptoken" in asked.query:
            return Reply({"value": [state(NAMES, STORE)]})
        return Reply({"value": [], "@odata.nextLink": f"{server.url}{asked.path}?api-version=2019-10-01&$skiptoken=2"})

    server = cloud(answer)
    run(["scan", str(tmp_path), "--profile", "platform", "--azure-subscription", SUB, "--format", "json"])
    assert NAMES in [one["rule"] for one in json.loads(capsys.readouterr().out)["results"]]


def test_tags_are_read_in_any_case_and_from_the_group(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    full = {"OWNER": "a", "CostCenter": "1", "environment": "prod", "DataClassification": "internal", "BusinessUnit": "b"}
    bare = resource("Microsoft.KeyVault/vaults", "kv-bare", resourceGroup="RG-shop")
    good = resource("Microsoft.KeyVault/vaults", "kv-good", tags=full)
    link = resource("Microsoft.Network/virtualNetworks", "no-location", location="")
    other = resource("Contoso.Widgets/things", "odd", location="")
    cloud(azure([subscription(), group(tags=full), bare, good, link, other]))
    _, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, select="azure-required-tags,rg-sub-tags")
    found = {(one["resource"]["name"], one["outcome"]) for one in answer["results"]}
    assert {("kv-bare", "fail"), ("kv-good", "pass"), ("rg-shop", "pass"), ("shop-prod", "fail")} <= found
    assert not [name for name, _ in found if name == "odd"]
    (tmp_path / "plumbrule.yaml").write_text("tags: {inherit: [resource_group]}\n")
    _, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, select="azure-required-tags")
    assert ("kv-bare", "pass") in {(one["resource"]["name"], one["outcome"]) for one in answer["results"]}


def test_places_are_judged_across_subscriptions(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    far = resource("Microsoft.OperationalInsights/workspaces", "logs", location="eastus", sub=OTHER, tags={"DataClassification": "none"})
    vault = resource("Microsoft.KeyVault/vaults", "kv-shop")
    path = f"{vault['id']}/providers/Microsoft.Insights/diagnosticSettings"
    setting = {"id": f"{path}/all", "name": "all", "properties": {"workspaceId": far["id"].upper(), "logs": []}}
    wide = resource("Microsoft.Storage/storageAccounts", "stwide", location="westeurope", sku={"name": "Standard_GRS"})
    abroad = resource("Microsoft.Storage/storageAccounts", "stus", location="eastus")
    copied = resource(
        "Microsoft.ServiceBus/namespaces",
        "sb",
        {"geoDataReplication": {"locations": [{"locationName": "germanywestcentral"}, {"locationName": "eastus2"}]}},
    )
    cloud(azure([subscription(), subscription(OTHER), far, vault, wide, abroad, copied], {path: [setting]}))
    words = ("--azure-subscription", SUB, "--azure-subscription", OTHER, "--residency-profile", "eu-only")
    _, answer = scan(tmp_path, capsys, *words, select="gdpr-residency")
    failed = {(one["rule"], one["resource"]["name"]) for one in answer["results"] if one["outcome"] == "fail"}
    assert answer["problems"] == []
    assert {("RES-001", "stus"), ("RES-006", "sb")} <= failed
    assert any("kv-shop" in one["message"] and "eastus" in one["message"] for one in answer["results"] if one["outcome"] == "fail")
    assert not {name for _, name in failed} & {"stwide", "logs"}


AKS = resource("Microsoft.ContainerService/managedClusters", "aks-shop", {"disableLocalAccounts": True, "powerState": {"code": "Running"}})
KUBECONFIG = b"""\
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:9", certificate-authority: /etc/passwd}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: kubelogin, args: [get-token]}}}]
"""


def test_clusters_are_opened_with_a_token_and_no_program_is_run(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("kubernetes", reason="the extra k8s is not installed")
    stopped = resource("Microsoft.ContainerService/managedClusters", "aks-off", {"powerState": {"code": "Stopped"}})
    usual = azure([subscription(), AKS, stopped])
    body = {"kubeconfigs": [{"name": "clusterUser", "value": base64.b64encode(KUBECONFIG).decode()}]}
    server = cloud(lambda asked: Reply(body) if asked.path.endswith("/listClusterUserCredential") else usual(asked))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, "--managed-clusters", select="aks-local-accounts")
    assert code == 3
    assert ("AZ-AKS-002", "pass", "aks-shop") in rows(answer)
    (problem,) = answer["problems"]
    assert (problem["kind"], problem["detail"].partition(" /")[0]) == ("unreachable", "cluster AKS aks-shop: GET")
    assert "6dae42f8-4368-4678-94ff-3960e28e3630" in {one.query.get("resource") for one in server.asked if one.path == "/token"}


def test_a_cluster_that_may_not_be_opened_fails_alone(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("kubernetes", reason="the extra k8s is not installed")
    usual = azure([subscription(), AKS])
    cloud(lambda asked: denied() if asked.path.endswith("/listClusterUserCredential") else usual(asked))
    code, answer = scan(tmp_path, capsys, "--azure-subscription", SUB, "--managed-clusters", select="aks-local-accounts")
    assert code == 3
    (problem,) = answer["problems"]
    assert problem["kind"] == "forbidden"
    assert "Azure Kubernetes Service Cluster User Role" in problem["detail"]
    assert ("AZ-AKS-002", "pass", "aks-shop") in rows(answer)


def test_settings_that_may_be_secrets_are_shown_nowhere(cloud: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    env = [{"name": "GREETING", "value": "hunter2hunter2"}]
    app = resource("Microsoft.App/containerApps", "web", {"template": {"containers": [{"name": "web", "env": env}]}})
    site = resource(
        "Microsoft.Web/sites",
        "site",
        {"siteConfig": {"appSettings": env, "connectionStrings": [{"name": "db", "connectionString": "hunter2hunter2"}]}},
    )
    cloud(azure([subscription(), app, site]))
    (tmp_path / "main.tf").write_text("# nothing\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "show.yaml").write_text(
        "id: ACME-1\nslug: show\ntitle: shows\narea: acme\nseverity: low\nrationale: x\nfix: x\n"
        "match: {type: [Microsoft.App/containerApps, Microsoft.Web/sites]}\ndeny: {properties: {exists: true}}\n"
        'message: "{properties} {properties.template.containers} {properties.siteConfig.appSettings}"\n'
    )
    for name in ("json", "text", "sarif", "html"):
        run(
            [
                "scan",
                str(tmp_path / "main.tf"),
                "--rules",
                str(tmp_path / "rules"),
                "--select",
                "ACME-1",
                "--azure-subscription",
                SUB,
                "--format",
                name,
            ]
        )
        said = capsys.readouterr().out
        assert "ACME-1" in said
        assert "hunter2" not in said
