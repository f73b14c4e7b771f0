"""Clusters made at random from few names, so that selectors often match, policies often overlap and ports often touch."""

NAMES = ("a", "b", "c")
KEYS = ("app", "tier")
VALUES = ("x", "y")
PROTOCOLS = ("TCP", "UDP", "SCTP")
PORTS = (79, 80, 81, 443, 8080)
BLOCKS = ("10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24", "0.0.0.0/0")
OUTSIDE = ("10.0.0.1", "10.1.2.3", "203.0.113.9", "8.8.8.8")


def cluster(random, admins=True):
    """Return objects: namespaces, pods, policies."""
    spaces = [named("v1", "Namespace", name, labels=labels(random)) for name in NAMES]
    pods = [pod(random, f"p{number}") for number in range(random.randint(2, 6))]
    policies = [network_policy(random, f"n{number}") for number in range(random.randint(0, 5))]
    return spaces + pods + policies + (administrators(random) if admins else [])


def named(version, kind, name, namespace=None, labels=None, **more):
    meta = {"name": name, **({"namespace": namespace} if namespace else {}), **({"labels": labels} if labels else {})}
    return {"apiVersion": version, "kind": kind, "metadata": meta, **more}


def labels(random):
    return {key: random.choice(VALUES) for key in KEYS if random.random() < 0.6}


def pod(random, name):
    ports = [
        {"name": random.choice(("web", "dns")), "containerPort": random.choice(PORTS), "protocol": random.choice(PROTOCOLS)}
        for _ in range(random.randint(0, 2))
    ]
    unique = list({(port["name"]): port for port in ports}.values())
    return named(
        "v1", "Pod", name, random.choice(NAMES), labels(random), spec={"containers": [{"name": "c", "image": "i", "ports": unique}]}
    )


def network_policy(random, name):
    spec = {"podSelector": selector(random)}
    for direction, key in (("ingress", "from"), ("egress", "to")):
        if random.random() < 0.6:
            spec[direction] = [rule(random, key) for _ in range(random.randint(0, 2))]
    if random.random() < 0.6:
        spec["policyTypes"] = random.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    return named("networking.k8s.io/v1", "NetworkPolicy", name, random.choice(NAMES), spec=spec)


def rule(random, key):
    made = {}
    if random.random() < 0.8:
        made[key] = [peer(random) for _ in range(random.randint(0, 2))]
    if random.random() < 0.7:
        made["ports"] = [port(random) for _ in range(random.randint(0, 2))]
    return made


def peer(random):
    kind = random.randint(0, 3)
    if kind == 0:
        block = random.choice(BLOCKS)
        holes = [one for one in ("10.1.0.0/16", "203.0.113.0/28") if block in ("0.0.0.0/0", "10.0.0.0/8") and one.startswith("10.")]
        return {"ipBlock": {"cidr": block, **({"except": holes} if random.random() < 0.5 and holes else {})}}
    if kind == 1:
        return {"podSelector": selector(random)}
    if kind == 2:
        return {"namespaceSelector": selector(random)}
    return {"namespaceSelector": selector(random), "podSelector": selector(random)}


def port(random):
    made = {} if random.random() < 0.3 else {"protocol": random.choice(PROTOCOLS)}
    kind = random.randint(0, 3)
    if kind == 1:
        made["port"] = random.choice(("web", "dns"))
    elif kind == 2:
        made["port"] = random.choice(PORTS)
    elif kind == 3:
        made["port"] = random.choice(PORTS)
        made["endPort"] = made["port"] + random.randint(0, 400)
    return made


def selector(random):
    made = {}
    if random.random() < 0.4:
        made["matchLabels"] = {random.choice(KEYS): random.choice(VALUES)}
    if random.random() < 0.3:
        operator = random.choice(("In", "NotIn", "Exists", "DoesNotExist"))
        item = {"key": random.choice(KEYS), "operator": operator}
        if operator in ("In", "NotIn"):
            item["values"] = random.sample(VALUES, random.randint(1, 2))
        made["matchExpressions"] = [item]
    return made


def administrators(random):
    made = []
    for number in range(random.randint(0, 2)):
        spec = {"priority": number * 10, **admin_spec(random, ("Allow", "Deny", "Pass"), admin_port, "ports")}
        made.append(named("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", f"a{number}", spec=spec))
    if random.random() < 0.3:
        spec = admin_spec(random, ("Allow", "Deny"), admin_port, "ports")
        made.append(named("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "default", spec=spec))
    elif random.random() < 0.5:
        spec = {
            "tier": random.choice(("Admin", "Baseline")),
            "priority": 5,
            **admin_spec(random, ("Accept", "Deny", "Pass"), cluster_port, "protocols"),
        }
        made.append(named("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "c", spec=spec))
    return made


def admin_spec(random, actions, make_port, ports_key):
    spec = {"subject": admin_pods(random)}
    for direction, key in (("ingress", "from"), ("egress", "to")):
        if random.random() < 0.7:
            spec[direction] = [admin_rule(random, key, actions, make_port, ports_key) for _ in range(random.randint(1, 2))]
    return spec


def admin_rule(random, key, actions, make_port, ports_key):
    outside = [{"networks": [random.choice(("0.0.0.0/0",))]}] if key == "to" and random.random() < 0.3 else []
    made = {"action": random.choice(actions), key: [admin_pods(random), *outside]}
    if random.random() < 0.6:
        made[ports_key] = [make_port(random) for _ in range(random.randint(1, 2))]
    return made


def admin_pods(random):
    if random.random() < 0.5:
        return {"namespaces": selector(random)}
    return {"pods": {"namespaceSelector": selector(random), "podSelector": selector(random)}}


def admin_port(random):
    kind = random.randint(0, 2)
    if kind == 0:
        return {"namedPort": random.choice(("web", "dns"))}
    protocol, first = random.choice(PROTOCOLS), random.choice(PORTS)
    if kind == 1:
        return {"portNumber": {"protocol": protocol, "port": first}}
    return {"portRange": {"protocol": protocol, "start": first, "end": first + random.randint(1, 400)}}


def cluster_port(random):
    kind = random.randint(0, 3)
    if kind == 0:
        return {"destinationNamedPort": random.choice(("web", "dns"))}
    protocol, first = random.choice(("tcp", "udp", "sctp")), random.choice(PORTS)
    wanted = {1: {}, 2: {"destinationPort": {"number": first}}, 3: {"destinationPort": {"range": {"start": first, "end": first + 300}}}}[
        kind
    ]
    return {protocol: wanted}
