"""The algebra under the answers: ports, addresses and selectors as sets."""

import random
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.unknown import Open, Unknown
from scanner.views.flows import addresses, ports, selectors
from scanner.views.flows.calico_selectors import parse
from scanner.views.flows.selectors import Label

NUMBERS = st.integers(1, 12)
RANGES = st.lists(st.tuples(NUMBERS, NUMBERS).map(sorted).map(tuple), max_size=4).map(ports.merge)
SETS = st.builds(ports.Ports, RANGES, RANGES, RANGES)


def members(one):
    pairs = zip(ports.PROTOCOLS, one, strict=True)
    return {(name, number) for name, ranges in pairs for first, last in ranges for number in range(first, last + 1)}


@given(SETS, SETS)
def test_ports_are_sets(left, right):
    assert members(ports.union(left, right)) == members(left) | members(right)
    assert members(ports.intersect(left, right)) == members(left) & members(right)
    assert members(ports.subtract(left, right)) == members(left) - members(right)


@given(SETS, SETS)
def test_one_set_has_one_form(left, right):
    assert ports.union(left, right) == ports.union(right, left)
    assert (ports.subtract(left, right) == ports.NONE) == (members(left) <= members(right))


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (ports.ALL, "All Connections"),
        (ports.NONE, ""),
        (ports.unite([ports.of("TCP", 80, 80), ports.of("TCP", 443, 450), ports.of("UDP", 53, 53)]), "TCP 80,443-450,UDP 53"),
        (ports.union(ports.of("TCP", 80, 81), ports.of("TCP", 82, 90)), "TCP 80-90"),
        (ports.of("tcp", 0, 70000), "TCP 1-65535"),
        (ports.of("ICMP"), ""),
    ],
)
def test_ports_are_written_as_the_contract_says(one, text):
    assert ports.show(one) == text


BLOCKS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted).map(tuple), max_size=6)


@given(BLOCKS, BLOCKS)
def test_atoms_hold_every_block_exactly(blocks, holes):
    atoms = addresses.cut([*blocks, *holes])
    for one in blocks:
        left = addresses.without(one, holes)
        covered = {number for first, last in atoms.joined(atoms.mask(left)) for number in range(first, last + 1)}
        banned = {number for first, last in holes for number in range(first, last + 1)}
        assert covered == set(range(one[0], one[1] + 1)) - banned
    assert atoms.joined(atoms.mask([addresses.V4_ALL])) == [addresses.V4_ALL]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("10.0.0.0/8", "10.0.0.0-10.255.255.255"),
        ("10.1.2.3/8", "10.0.0.0-10.255.255.255"),
        ("192.0.2.1", "192.0.2.1-192.0.2.1"),
        ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("nonsense", None),
        ("10.0.0.0/33", None),
    ],
)
def test_blocks_are_read_and_written(text, shown):
    block = addresses.block(text)
    assert (addresses.show(block) if block else None) == shown


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("", {}, True),
        ("all()", {"x": "y"}, True),
        ("global()", {"x": "y"}, False),
        ("app == 'x'", {"app": "x"}, True),
        ('app == "x"', {"app": "y"}, False),
        ("app != 'x'", {}, True),
        ("app not in {'x', 'y'}", {}, True),
        ("app in {'x','y'}", {"app": "y"}, True),
        ("has(app) && !has(tier)", {"app": "y"}, True),
        ("app starts with 'fr' || app ends with 'd'", {"app": "backend"}, True),
        ("app contains 'ack'", {"app": "backend"}, True),
        ("(a == 'x' || b == 'y') && c == 'z'", {"b": "y", "c": "z"}, True),
        ("a == 'x' || b == 'y' && c == 'z'", {"a": "x"}, True),
        ("projectcalico.org/namespace == 'one'", {}, False),
    ],
)
def test_selectors_of_calico(text, labels, expected):
    assert selectors.holds(parse(text), {Label("pod", key): value for key, value in labels.items()}) is expected


BROKEN = ["app ==", "app = 'x'", "(app == 'x'", "app == x", "has(", "'x'", "a in {'x'", "!" * 500 + "all()", "app == 'x' extra"]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_selector_is_unsure(text):
    assert parse(text).op == "unsure"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a == 'x'", lambda labels: labels.get("a") == "x"),
        ("a != 'x'", lambda labels: labels.get("a") != "x"),
        ("!has(b)", lambda labels: "b" not in labels),
        ("a in {'x','y'} && b == 'y'", lambda labels: "a" in labels and labels.get("b") == "y"),
    ],
)
def test_expressions_agree_with_plain_python(text, plain):
    chance = random.Random(7)
    for _ in range(100):
        labels = {key: chance.choice("xy") for key in "ab" if chance.random() < 0.6}
        assert selectors.holds(parse(text), {Label("pod", key): value for key, value in labels.items()}) is plain(labels)


def read_by_ipaddress(written):
    try:
        network = ip_network(written, strict=False)
    except ValueError:
        return None
    base = addresses.V6 if network.version == 6 else 0
    return base + int(network.network_address), base + int(network.broadcast_address)


OCTETS = st.sampled_from(["0", "1", "10", "99", "255", "256", "01", "", "-1", " 1", "٣", "9999"])
WRITTEN = st.builds(
    lambda octets, end: ".".join(octets) + end,
    st.lists(OCTETS, min_size=3, max_size=5),
    st.sampled_from(["", "/", "/0", "/8", "/31", "/32", "/33", "/08", "/255.0.0.0", "/-1", "/a"]),
)


@given(st.one_of(WRITTEN, st.ip_addresses(v=4).map(str), st.sampled_from([*addresses._SIX, *addresses.METADATA, "::1", "fe80::1/64"])))
def test_an_address_is_read_as_the_standard_library_does(written):
    assert addresses.block(written) == read_by_ipaddress(written)


U = Unknown("var.labels has no value")


@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"app": "web"}, "matchExpressions": U},
        {"matchLabels": U},
        {"matchLabels": Open({"app": "web"}, U)},
        {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", U]}]},
        Open({"matchLabels": {"app": "web"}}, U),
    ],
)
def test_what_is_not_known_of_a_selector_stays_in_it(selector):
    leaves = _parts(selectors.label_selector(selector, "pod"))
    assert [one.cause for one in leaves if one.op == "unsure"] == [U.cause]


def _parts(expression):
    return [expression, *(leaf for part in expression.parts for leaf in _parts(part))]
