"""What each family of policies means, one small cluster at a time: who of a, b and c reaches the server on which ports."""

from importlib import import_module

import pytest
from flows_factory import inventory, namespace, policy, workload

from scanner.model.unknown import Unknown
from scanner.views.flows import ports
from scanner.views.flows.network import build
from scanner.views.flows.policies import families
from scanner.views.flows.rows import connections, doubts

CLIENTS = [workload("a", "one"), workload("b", "one", {"app": "b", "tier": "web"}), workload("c", "two", serviceAccountName="reader")]
SERVER = workload("s", "one", ports=[("http", 8080), 9090])
SPACES = [namespace("one", team="x"), namespace("two", team="y")]
ALL = "All Connections"


def reaching(*objects, end="s", outside=False, spaces=SPACES):
    """Return ports by client that reaches the server (or is reached by the client ``end``)."""
    network = build(inventory(*spaces, *CLIENTS, SERVER, *objects), lambda pods: None)
    found = {}
    for row in connections(network):
        src, dst = row.src.partition("[")[0].rpartition("/")[2], row.dst.partition("[")[0].rpartition("/")[2]
        if dst == end and (outside or "[" in row.src):
            found[src] = row.ports
    return found


def leaving(*objects):
    """Return ports by destination that the client a reaches, outside too."""
    network = build(inventory(*SPACES, *CLIENTS, SERVER, *objects), lambda pods: None)
    return {
        row.dst.partition("[")[0].rpartition("/")[2] or row.dst: row.ports for row in connections(network) if row.src == "one/a[Deployment]"
    }


def custom(version, kind, name="p", ns="one", **spec):
    meta = {"name": name} | ({"namespace": ns} if ns else {})
    return {"apiVersion": version, "kind": kind, "metadata": meta, "spec": spec}


def anp(priority=1, **spec):
    return custom("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", f"anp{priority}", None, priority=priority, **spec)


def cnp(tier, **spec):
    return custom("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", f"cnp-{tier}", None, tier=tier, priority=1, **spec)


def cilium(**spec):
    return custom("cilium.io/v2", "CiliumNetworkPolicy", endpointSelector={"matchLabels": {"app": "s"}}, **spec)


def calico(name="g", **spec):
    return custom("projectcalico.org/v3", "GlobalNetworkPolicy", name, None, **{"selector": "app == 's'", "types": ["Ingress"], **spec})


def istio(name="p", ns="one", **spec):
    return custom("security.istio.io/v1", "AuthorizationPolicy", name, ns, selector={"matchLabels": {"app": "s"}}, **spec)


DENY_S = policy("deny", "one", podSelector={"matchLabels": {"app": "s"}}, policyTypes=["Ingress"])
S = {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "s"}}}}
WORDS = "has(tier) || (app in {'a', 'z'} && !has(tier))"
RANGE = {"portRange": {"protocol": "TCP", "start": 1, "end": 9}}
TEAM_Y = {"namespaces": {"matchLabels": {"team": "y"}}}
EVERYBODY = {"a": ALL, "b": ALL, "c": ALL}

CASES = {
    "nothing": ([], EVERYBODY),
    "network policy: missing peers are everybody": (
        [policy("p", "one", podSelector={"matchLabels": {"app": "s"}}, ingress=[{"ports": [{"port": "http"}]}])],
        dict.fromkeys("abc", "TCP 8080"),
    ),
    "network policy: and in one item, or in two": (
        [
            policy(
                "p", "one", podSelector={"matchLabels": {"app": "s"}},
                ingress=[
                    {"from": [{"namespaceSelector": {"matchLabels": {"team": "y"}}, "podSelector": {"matchLabels": {"app": "a"}}}]},
                    {"from": [{"podSelector": {"matchLabels": {"app": "b"}}}], "ports": [{"port": 80, "endPort": 82}, {"protocol": "UDP"}]},
                ],
            )
        ],
        {"b": "TCP 80-82,UDP 1-65535"},
    ),
    "admin: deny comes before what a namespace allows": (
        [anp(subject=S, ingress=[{"action": "Deny", "from": [TEAM_Y]}])], {"a": ALL, "b": ALL},
    ),
    "admin: allow overrides a namespace's default": (
[DENY_S, anp(subject=S, ingress=[{"action": "Allow", "from": [TEAM_Y], "ports": [RANGE]}])],
        {"c": "TCP 1-9"},
    ),
    "admin: pass leaves it to the namespace, past later administrators": (
        [
            anp(1, subject=S, ingress=[{"action": "Pass", "from": [TEAM_Y]}]),
            anp(2, subject=S, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}]),
        ],
        {"c": ALL},
    ),
    "admin: lower priority numbers first": (
        [
            anp(9, subject=S, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}]),
            anp(3, subject=S, ingress=[{"action": "Allow", "from": [TEAM_Y]}]),
        ],
        {"c": ALL},
    ),
    "baseline holds only where no network policy selects": (
        [cnp("Baseline", subject=S, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}])], {},
    ),
    "baseline is overridden by a network policy": (
        [
            policy("p", "one", podSelector={}, ingress=[{"from": [{"podSelector": {}}]}]),
            cnp("Baseline", subject=S, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}]),
        ],
        {"a": ALL, "b": ALL},
    ),
    "cluster network policy: protocols": (
        [
            cnp("Admin", subject=S, ingress=[
                {"action": "Accept", "from": [TEAM_Y], "protocols": [{"tcp": {"destinationPort": {"number": 80}}}, {"udp": {}}]},
                {"action": "Deny", "from": [{"namespaces": {}}]},
            ])
        ],
        {"c": "TCP 80,UDP 1-65535"},
    ),
    "an unknown peer fails closed": ([anp(subject=S, ingress=[{"action": "Deny", "from": [{"later": {}}]}])], {}),
    "cilium: endpoints mean the own namespace": ([cilium(ingress=[{"fromEndpoints": [{}]}])], {"a": ALL, "b": ALL}),
    "cilium: another namespace by its label": (
        [cilium(ingress=[{"fromEndpoints": [{"matchLabels": {"k8s:io.cilium.k8s.namespace.labels.team": "y"}}]}])], {"c": ALL},
    ),
    "cilium: an empty rule isolates and allows nothing": ([cilium(ingress=[{}])], {}),
    "cilium: an empty list isolates nothing": ([cilium(ingress=[])], EVERYBODY),
    "cilium: a denying rule isolates too": ([cilium(ingressDeny=[{"fromEndpoints": [{"matchLabels": {"app": "a"}}]}])], {}),
    "cilium: unless the default is switched off": (
[cilium(ingressDeny=[{"fromEndpoints": [{"matchLabels": {"app": "a"}}]}], enableDefaultDeny={"ingress": False})],
        {"b": ALL, "c": ALL},    ),
    "cilium: deny wins over every allow": (
        [
            cilium(ingress=[{"fromEntities": ["cluster"]}], ingressDeny=[{"fromEndpoints": [{"matchLabels": {"app": "b"}}]}]),
            policy("p", "one", podSelector={}, ingress=[{}]),
        ],
        {"a": ALL, "c": ALL},
    ),
    "cilium: ports of any protocol, layer 7 only narrows": (
        [cilium(ingress=[{"fromEndpoints": [{}], "toPorts": [{"ports": [{"port": "80"}], "rules": {"http": [{"method": "GET"}]}}]}])],
        dict.fromkeys("ab", "TCP 80,UDP 80,SCTP 80"),
    ),
    "cilium: ports alone mean everybody": (
        [cilium(ingress=[{"toPorts": [{"ports": [{"port": "53", "protocol": "UDP"}]}]}])], dict.fromkeys("abc", "UDP 53"),
    ),
    "cilium: blocks never match pods": ([cilium(ingress=[{"fromCIDR": ["0.0.0.0/0"]}])], {}),
    "calico: order decides": (
        [
            calico("late", order=20, ingress=[{"action": "Deny", "source": {"selector": "app == 'a'"}}]),
            calico("early", order=10, ingress=[{"action": "Allow"}]),
        ],
        EVERYBODY,
    ),
    "calico: what no rule decides is dropped": ([calico(ingress=[{"action": "Deny", "source": {"selector": "app == 'a'"}}])], {}),
    "calico: pass goes to the next tier": (
        [
            custom("projectcalico.org/v3", "Tier", "security", None, order=100),
            calico("security.x", tier="security", ingress=[{"action": "Pass", "source": {"namespaceSelector": "team == 'y'"}}]),
        ],
        {"c": ALL},
    ),
    "calico: a tier that passes what it does not decide": (
        [
            custom("projectcalico.org/v3", "Tier", "security", None, order=100, defaultAction="Pass"),
            calico("security.x", tier="security", ingress=[{"action": "Deny", "source": {"selector": "tier == 'web'"}}]),
        ],
        {"a": ALL, "c": ALL},
    ),
    "calico: before or after Kubernetes' policies by order": (
        [DENY_S, calico(order=2000, ingress=[{"action": "Allow", "protocol": "TCP", "destination": {"ports": ["80:90", 443]}}])],
        dict.fromkeys("abc", "TCP 80-90,443"),
    ),
    "calico: selectors": (
[calico(ingress=[{"action": "Allow", "source": {"selector": WORDS, "namespaceSelector": "all()"}}])],
        {"a": ALL, "b": ALL},
    ),
    "calico: service accounts, and everything but some ports": (
        [
            calico(ingress=[{"action": "Allow", "protocol": "TCP", "source": {"serviceAccounts": {"names": ["reader"]}},
                             "destination": {"notPorts": [22]}}])
        ],
        {"c": "TCP 1-21,23-65535"},
    ),
    "calico: a rule narrowed to some of its subjects": (
        [calico(selector="all()", ingress=[{"action": "Allow", "destination": {"selector": "app == 's'"}}])], EVERYBODY,
    ),
    "istio: outside the mesh nothing is checked": ([istio(rules=[])], EVERYBODY),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_who_reaches_the_server(name):
    objects, expected = CASES[name]
    assert reaching(*objects) == expected


MESHED = [namespace("one", **{"istio-injection": "enabled"}), namespace("two", **{"istio-injection": "enabled"})]
BESIDE = "UDP 1-65535,SCTP 1-65535"
MESH_CASES = {
    "no rule allows nothing": ([istio()], dict.fromkeys("abc", BESIDE)),
    "an empty rule allows all": ([istio(rules=[{}])], EVERYBODY),
    "namespaces": ([istio(rules=[{"from": [{"source": {"namespaces": ["two"]}}]}])], {"a": BESIDE, "b": BESIDE, "c": ALL}),
    "principals and ports": (
        [
            istio(
                rules=[{"from": [{"source": {"principals": ["cluster.local/ns/two/sa/reader"]}}], "to": [{"operation": {"ports": ["80"]}}]}]
            )
        ],
        {"a": BESIDE, "b": BESIDE, "c": f"TCP 80,{BESIDE}"},
    ),
    "deny wins": (
        [istio(rules=[{}]), istio("d", action="DENY", rules=[{"from": [{"source": {"namespaces": ["two"]}}]}])],
        {"a": ALL, "b": ALL, "c": BESIDE},
    ),
    "a denying rule about requests leaves connections": (
        [istio(action="DENY", rules=[{"to": [{"operation": {"paths": ["/admin"]}}]}])],
        EVERYBODY,
    ),
    "the root namespace is for all": (
        [{**istio(ns="istio-system", rules=[{"from": [{"source": {"notNamespaces": ["one"]}}]}])}],
        {"a": BESIDE, "b": BESIDE, "c": ALL},
    ),
    "the network below it still holds": ([istio(rules=[{}]), DENY_S], {}),
}


@pytest.mark.parametrize("name", MESH_CASES)
def test_who_reaches_the_server_through_the_mesh(name):
    objects, expected = MESH_CASES[name]
    assert reaching(*objects, spaces=MESHED) == expected


OUT = {"matchLabels": {"app": "a"}}


def out(rules):
    return policy("p", "one", podSelector=OUT, policyTypes=["Egress"], egress=rules)


A = {"pods": {"namespaceSelector": {}, "podSelector": OUT}}
LEAVING = {
    "names outside": (
        [custom("cilium.io/v2", "CiliumNetworkPolicy", endpointSelector=OUT, egress=[
            {"toFQDNs": [{"matchName": "api.example.com"}], "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}]}])],
        {"api.example.com": "TCP 443"},
    ),
    "blocks without their holes": (
[out([{"to": [{"ipBlock": {"cidr": "10.0.0.0/30", "except": ["10.0.0.1/32"]}}]}])],
        {"10.0.0.0-10.0.0.0": ALL, "10.0.0.2-10.0.0.3": ALL},
    ),
    "IPv6 is spoken of where a policy does": (
        [out([{"to": [{"ipBlock": {"cidr": "2001:db8::/127"}}]}])],
        {"2001:db8::-2001:db8::1": ALL},
    ),
    "named ports are the destination's": (
        [out([{"ports": [{"port": "http"}]}])], {"s": "TCP 8080"},
    ),
    "network sets of Calico": (
        [
            custom("projectcalico.org/v3", "GlobalNetworkSet", "partners", None, nets=["203.0.113.0/31"])
            | {"metadata": {"name": "partners", "labels": {"role": "partner"}}},
            calico(selector="app == 'a'", types=["Egress"], egress=[{"action": "Allow", "destination": {"selector": "role == 'partner'"}}]),
        ],
        {"203.0.113.0-203.0.113.1": ALL},
    ),
    "networks of administrators hold pods too": (
[anp(subject=A, egress=[{"action": "Deny", "to": [{"networks": ["0.0.0.0/0"]}]}])], {},    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAVING)
def test_what_leaves(name):
    objects, expected = LEAVING[name]
    assert leaving(*objects) == expected


HOST = workload("h", "one", kind="DaemonSet", hostNetwork=True)
FROM_Z = policy("p", "one", podSelector={}, ingress=[{"from": [{"namespaceSelector": {"matchLabels": {"team": "z"}}}]}])
UNSURE = Unknown("var.team has no value")
DOUBTS = {
    "labels of a namespace that is not there": (
[workload("d", "three"), FROM_Z],
        ("three/d[Deployment]", "one/s[Deployment]"), "namespace three is not in the scan",
    ),
    "pods on the node's network": ([HOST, DENY_S], ("one/h[DaemonSet]", "one/s[Deployment]"), "depends on the network plugin"),
    "blocks that may hold pods": (
        [policy("p", "one", podSelector={}, ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])],
        ("two/c[Deployment]", "one/s[Deployment]"), "whether these match pods",
    ),
    "a label that a template decides": (
        [policy("p", "one", podSelector={"matchLabels": {"app": UNSURE}}, ingress=[])],
        ("one/a[Deployment]", "one/s[Deployment]"), "var.team has no value",
    ),
    "a port that a template decides": (
        [policy("p", "one", podSelector={}, ingress=[{"ports": [{"port": UNSURE}]}])],
        ("one/a[Deployment]", "one/s[Deployment]"), "var.team has no value",
    ),
    "a kind that is not evaluated": (
        [custom("crd.antrea.io/v1beta1", "NetworkPolicy", appliedTo=[])], ("two/c[Deployment]", "one/s[Deployment]"), "not evaluated",
    ),
    "pods that an operator makes": (
        [{"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "q", "namespace": "one"}},
         policy("p", "one", podSelector={"matchLabels": {"tier": "queue"}}, ingress=[])],
        ("one/a[Deployment]", "one/q[Cluster]"), "run by an operator",
    ),
    "two administrators with one priority": (
        [anp(4, subject=S, ingress=[{"action": "Allow", "from": [TEAM_Y]}]),
         {**anp(4, subject=S, ingress=[{"action": "Deny", "from": [TEAM_Y]}]), "metadata": {"name": "other"}}],
        ("two/c[Deployment]", "one/s[Deployment]"), "shares its priority",
    ),
    "a tier that is not there": (
        [calico("x", tier="gone", ingress=[{"action": "Deny"}])], ("two/c[Deployment]", "one/s[Deployment]"), "tier gone",
    ),
    "an external authorizer": (
        [istio(action="CUSTOM", rules=[{}]), namespace("one", **{"istio-injection": "enabled"})],
        ("two/c[Deployment]", "one/s[Deployment]"), "external authorizer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_what_is_not_certain_says_why(name):
    objects, pair, words = DOUBTS[name]
    spaces = [] if any(one["kind"] == "Namespace" and one["metadata"]["name"] == "one" for one in objects) else SPACES
    network = build(inventory(*spaces, *CLIENTS, SERVER, *objects), lambda pods: None)
    found = {(doubt.src, doubt.dst): doubt.cause for doubt in doubts(network)}
    assert words in found[pair]


def test_a_complete_namespace_leaves_no_doubt():
    network = build(inventory(*SPACES, *CLIENTS, SERVER, workload("d", "three"), FROM_Z, whole=["three"]), lambda pods: None)
    assert not list(doubts(network))


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ({"podSelector": None, "ingress": None, "policyTypes": ["Ingress"]}, {}),
        ({"podSelector": [], "ingress": "all"}, {}),
        ({"podSelector": {"matchLabels": 3}, "ingress": [None, 1, {"from": 2, "ports": "x"}]}, EVERYBODY),
        ({"podSelector": {}, "ingress": [{"from": [None], "ports": [None]}]}, {}),
        ({"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "nonsense"}}]}]}, {}),
        ({"podSelector": {}, "ingress": [{"ports": [{"port": 80, "endPort": 10}, {"port": 99999}]}]}, {}),
    ],
)
def test_what_is_no_policy_does_no_harm(broken, expected):
    assert reaching(policy("p", "one", **broken)) == expected


@pytest.mark.parametrize(("text", "left"), [("TCP", ports.TCP), ("ICMP", ports.NONE)])
def test_protocols_without_ports_are_not_spoken_of(text, left):
    assert ports.of(text) == left


@pytest.mark.parametrize("name", families.FAMILIES)
def test_families_are_known_by_the_kinds_that_they_read(name):
    assert set(import_module(f"scanner.views.flows.policies.{name}").READS) == set(families.FAMILIES[name])


@pytest.mark.parametrize(("cidr", "doubted"), [("203.0.113.0/24", True), ("198.51.100.0/24", False), ("10.0.0.0/8", False)])
def test_live_pods_say_where_their_addresses_are(cidr, doubted):
    meta = {"namespace": "one", "labels": {"app": "x", "k8s-app": "kube-dns"}}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**meta, "name": name},
            "spec": {},
            "status": {"podIPs": [{"ip": f"203.0.113.{number}"}]},
        }
        for number, name in ((5, "p"), (6, "q"))
    ]
    rule = policy("b", "one", podSelector={}, ingress=[{"from": [{"ipBlock": {"cidr": cidr}}]}])
    network = build(inventory(*SPACES, *pods, rule, complete=True), lambda pods: None)
    assert bool(list(doubts(network))) is doubted
