"""What rules are given: whom policies select, what crosses between tenants, the ways in, what tenants share, each with its places."""

import pytest
from flows_factory import inventory, made, namespace, policy, workload

from scanner.config import Config
from scanner.inventory import Completeness, Inventory
from scanner.model.resource import Key, Resource
from scanner.model.unknown import Unknown
from scanner.views.flows import FACTS, READS, facts
from scanner.views.flows.map import map_of
from scanner.views.flows.scene import scene_of
from scanner.views.flows.worlds import worlds

TENANTS = [namespace("shop", tenant="shop"), namespace("bank", tenant="bank"), namespace("data")]
WEB, API = workload("web", "shop"), workload("api", "bank")
STORE = workload("pg", "data", kind="StatefulSet", containers=[{"name": "pg", "image": "docker.io/bitnami/postgresql:17"}])


def found(kind, *objects, config=None, **options):
    return [fact for fact in facts(inventory(*objects, **options), config or Config()) if fact.kind == kind]


def test_every_fact_is_declared_and_has_a_place_and_an_identity():
    everything = facts(inventory(*TENANTS, WEB, API, STORE, policy("p", "shop", podSelector={}, ingress=[{}])), Config())
    assert {fact.kind for fact in everything} <= set(FACTS)
    assert all(fact.steps and fact.identity for fact in everything)
    identities = [(fact.kind, fact.identity) for fact in everything]
    assert len(identities) == len(set(identities))


def test_the_view_reads_what_it_is_about():
    assert {"NetworkPolicy", "Namespace", "Deployment", "Ingress", "CiliumNetworkPolicy.cilium.io", "RabbitmqCluster.rabbitmq.com"} <= set(
        READS
    )
    assert "PodTemplate" not in READS


@pytest.mark.parametrize(
    ("spec", "selected", "closed"),
    [
        ({"podSelector": {}}, (True, False), (True, False)),
        ({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}, (True, True), (True, True)),
        ({"podSelector": {}, "egress": [{}]}, (True, True), (True, True)),
        ({"podSelector": {"matchLabels": {"app": "other"}}}, (False, False), (False, False)),
    ],
)
def test_isolation_per_direction(spec, selected, closed):
    (one,) = found("isolation", *TENANTS, WEB, policy("p", "shop", **spec))
    assert tuple(one.data[direction]["selected"] for direction in ("ingress", "egress")) == selected
    assert tuple(one.data[direction]["closed"] for direction in ("ingress", "egress")) == closed


def test_what_the_scan_may_not_hold_is_not_missing():
    (one,) = found("isolation", WEB)
    assert isinstance(one.data["ingress"]["selected"], Unknown)
    (same,) = found("isolation", WEB, complete=True)
    assert same.data["ingress"]["selected"] is False


def test_a_flow_names_the_rule_that_lets_it_in():
    rule = {"from": [{"podSelector": {}}, {"namespaceSelector": {"matchLabels": {"tenant": "shop"}}}], "ports": [{"port": 443}]}
    (one,) = found("flow", *TENANTS, WEB, API, policy("p", "bank", podSelector={}, ingress=[rule]), policy("d", "shop", podSelector={}))
    assert (one.data["src"]["tenant"], one.data["dst"]["tenant"], one.data["ports"]) == ("shop", "bank", "TCP 443")
    resource, pointer, note = one.steps[0]
    assert (resource.key.name, pointer, note) == ("p", ("spec", "ingress", 0, "from", 1), "lets it in")


def test_flows_to_stores_are_told_whoever_asks():
    (one,) = found("flow", namespace("apps"), namespace("data"), workload("web", "apps"), STORE, policy("d", "apps", podSelector={}))
    assert (one.data["dst"]["store"], one.data["by"]) == ("postgresql", "no policy selects the destination")


def test_replicas_of_one_owner_are_one_end():
    owner = {"kind": "ReplicaSet", "name": "web-1", "controller": True}
    meta = {"namespace": "shop", "labels": {"app": "web"}, "ownerReferences": [owner]}
    pods = [{"apiVersion": "v1", "kind": "Pod", "metadata": {**meta, "name": f"web-1-{number}"}, "spec": {}} for number in range(3)]
    told = found("flow", *TENANTS, *pods, API)
    assert {tuple(fact.data["src"]["workloads"]) for fact in told} == {("shop/web-1[ReplicaSet]",), ("bank/api[Deployment]",)}


SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
}  # fmt: skip


def service(**spec):
    return {**SERVICE, "spec": {**SERVICE["spec"], **spec}}


def annotated(**annotations):
    return {**service(type="LoadBalancer"), "metadata": {**SERVICE["metadata"], "annotations": annotations}}


def ingress(**spec):
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rules = [{"host": "shop.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}]
    meta = {"name": "web", "namespace": "shop"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": {"rules": rules, **spec}}


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([service()], []),
        ([service(type="NodePort")], [("nodes", "TCP 8080")]),
        ([service(type="LoadBalancer")], [("internet", "TCP 8080")]),
        ([service(type="LoadBalancer", loadBalancerSourceRanges=["203.0.113.0/24"])], [("limited", "TCP 8080")]),
        ([service(type="LoadBalancer", loadBalancerSourceRanges=["0.0.0.0/0"])], [("internet", "TCP 8080")]),
        ([service(externalIPs=["203.0.113.7"])], [("internet", "TCP 8080")]),
        ([annotated(**{"service.beta.kubernetes.io/azure-load-balancer-internal": "true"})], [("internal", "TCP 8080")]),
        ([annotated(**{"service.beta.kubernetes.io/aws-load-balancer-type": "external"})], [("internal", "TCP 8080")]),
        ([annotated(**{"service.beta.kubernetes.io/aws-load-balancer-internal": "false"})], [("internet", "TCP 8080")]),
        ([service(), ingress()], [("internet", "TCP 8080")]),
        ([service(), ingress(ingressClassName="alb")], [("internal", "TCP 8080")]),
        ([service(), ingress(ingressClassName="nginx-internal")], [("internal", "TCP 8080")]),
        ([ingress()], []),
    ],
)
def test_ways_in(objects, expected):
    assert [(fact.data["exposure"], fact.data["ports"]) for fact in found("entry", *TENANTS, WEB, *objects)] == expected


ROUTE = {
    "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"parentRefs": [{"name": "edge", "namespace": "gateway"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]},
}  # fmt: skip
GATEWAY = {
    "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "edge", "namespace": "gateway"},
    "spec": {"gatewayClassName": "envoy", "listeners": []},
}  # fmt: skip


def test_a_route_is_as_open_as_its_gateway():
    (open_one,) = found("entry", *TENANTS, WEB, SERVICE, ROUTE, GATEWAY)
    assert open_one.data["public"] is True
    (missing,) = found("entry", *TENANTS, WEB, SERVICE, ROUTE)
    assert "gateway/edge is not in the scan" in missing.data["public"].cause


def test_a_route_reaches_through_the_controllers_pods():
    image = {"name": "c", "image": "registry.k8s.io/ingress-nginx/controller:v1.13.0"}
    controller = workload("controller", "ingress-nginx", containers=[image])
    closed = policy("d", "shop", podSelector={})
    (shut,) = found("entry", *TENANTS, WEB, SERVICE, ingress(), controller, closed)
    assert shut.data["reachable"] is False
    (unseen,) = found("entry", *TENANTS, WEB, SERVICE, ingress(), closed)
    assert isinstance(unseen.data["reachable"], Unknown)
    allow = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    (through,) = found(
        "entry", *TENANTS, WEB, SERVICE, ingress(), controller, policy("d", "shop", podSelector={}, ingress=[{"from": [allow]}])
    )
    assert through.data["reachable"] is True


@pytest.mark.parametrize(
    ("image", "store"),
    [
        ("postgres:17", "postgresql"),
        ("docker.io/bitnami/postgresql:16", "postgresql"),
        ("registry.example.com/mirror/redis@sha256:" + "0" * 64, "redis"),
        ("ghcr.io/cloudnative-pg/postgresql:17", "postgresql"),
        ("mcr.microsoft.com/mssql/server:2022-latest", "sqlserver"),
        ("registry.example.com/game/server:1", None),
        ("registry.example.com/postgres-exporter:1", None),
        ("rabbitmq:4-management", "rabbitmq"),
        ("quay.io/mongodb/mongodb-community-server:8.0", "mongodb"),
    ],
)
def test_stores_are_known_by_their_images(image, store):
    (one,) = found("isolation", namespace("data"), workload("x", "data", containers=[{"name": "c", "image": image}]))
    assert one.data["workload"]["store"] == store


def test_stores_and_tenants_can_be_declared():
    config = Config(
        tenants={"labels": ["owner"], "namespaces": {"bank": ["bank-*"]}, "platform": ["tools"]},
        shared_stores={"images": {"postgresql": ["registry.example.com/own-db:*"]}, "workloads": {"kafka": ["tools/queue"]}},
        environments={"words": {"production": ["bank"]}},
    )
    objects = [
        namespace("x", owner="shop"), namespace("bank-1"), namespace("tools"), workload("w", "x"), workload("queue", "tools"),
        workload("db", "bank-1", containers=[{"name": "c", "image": "registry.example.com/own-db:3"}]),
    ]  # fmt: skip
    told = {fact.data["workload"]["name"]: fact.data["workload"] for fact in found("isolation", *objects, config=config)}
    assert {name: (one["tenant"], one["store"], one["platform"]) for name, one in told.items()} == {
        "w": ("shop", None, False), "queue": (None, "kafka", True), "db": ("bank", "postgresql", False),
    }  # fmt: skip
    assert told["db"]["environment"] == "production"


def scoped(scope, *objects):
    return [made(one, scope) for one in objects]


def test_overlays_of_one_object_are_worlds_of_their_own():
    resources = (
        scoped(None, namespace("shop"), WEB)
        + scoped("overlays/dev", WEB)
        + scoped("overlays/prod", WEB, policy("p", "shop", podSelector={}))
    )
    parted = worlds(Inventory(resources, Completeness()))
    assert [(world.scope, len(world.inventory.all)) for world in parted] == [("overlays/dev", 2), ("overlays/prod", 3)]


def test_roots_of_terraform_that_hold_nothing_of_kubernetes_are_no_clusters():
    roots = [
        Resource(Key(provider, kind, "", None, name, f"{kind}.{name}", scope), {}, "terraform", "main.tf", None)
        for scope in ("tf/a", "tf/b")
        for provider, kind, name in (("azurerm", "azurerm_storage_account", "a"), ("kubernetes", "provider", "kubernetes"))
    ]
    assert [(world.scope, len(world.inventory.all)) for world in worlds(Inventory([*scoped(None, WEB), *roots]))] == [(None, 5)]
    parted = worlds(Inventory([*scoped(None, WEB), *roots, *scoped("tf/a", API)]))
    assert [(world.scope, len(world.inventory.all)) for world in parted] == [("tf/a", 6)]


def test_releases_beside_files_are_one_world_and_clusters_are_not():
    resources = scoped(None, WEB) + scoped("release:api", API) + scoped("cluster:1", WEB)
    parted = worlds(Inventory(resources, Completeness()))
    assert [(world.scope, len(world.inventory.all), world.inventory.completeness.cluster) for world in parted] == [
        ("cluster:1", 1, True), (None, 2, False),
    ]  # fmt: skip


def test_a_live_cluster_names_pods_by_their_owner_and_nothing_twice():
    deployment = {**workload("web", "shop"), "apiVersion": "apps/v1"}
    owner = {"kind": "Deployment", "name": "web", "controller": True}
    replicas = {
        **workload("web-1", "shop", kind="ReplicaSet"),
        "metadata": {"name": "web-1", "namespace": "shop", "ownerReferences": [owner]},
    }
    old = {**replicas, "metadata": {**replicas["metadata"], "name": "web-0"}, "spec": {**replicas["spec"], "replicas": 0}}
    done = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "done", "namespace": "shop"},
        "spec": {},
        "status": {"phase": "Succeeded"},
    }
    told = found("isolation", deployment, replicas, old, done, complete=True)
    assert [fact.data["workload"]["text"] for fact in told] == ["shop/web-1[ReplicaSet]"]


def test_a_store_is_known_by_its_service_where_the_image_says_nothing():
    named = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop-postgres", "namespace": "data"}}
    spec = {"selector": {"app": "x"}, "ports": [{"port": 5432}]}
    own = workload("x", "data", containers=[{"name": "c", "image": "registry.example.com/base/db:1"}])
    (one,) = found("isolation", namespace("data"), own, {**named, "spec": spec})
    assert one.data["workload"]["store"] == "postgresql"
    (other,) = found("isolation", namespace("data"), own, {**named, "spec": {**spec, "ports": [{"port": 9187}]}})
    assert other.data["workload"]["store"] is None


def test_ways_out_say_which_managed_store_they_lead_to():
    spec = {"type": "ExternalName", "externalName": "shop.postgres.database.azure.com"}
    one = map_of(scene_of(inventory({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": spec}), Config()))
    assert one.exits == (("default/Service/db", "shop.postgres.database.azure.com", "postgresql"),)
