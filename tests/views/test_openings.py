"""Openings: ranges of ports out of the texts of Google and DigitalOcean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_facts import facts_of

from scanner.model.unknown import Unknown
from scanner.views import openings
from scanner.views.openings import EVERY_PORT, range_of

PORT = st.integers(1, 65535)


@given(PORT, PORT)
def test_a_range_is_its_ends(first, last):
    assert range_of(f"{first}-{last}") == {"from": first, "to": last}
    assert range_of(str(first)) == range_of(first) == {"from": first, "to": first}


@pytest.mark.parametrize(("written", "found"), [("all", EVERY_PORT), ("0", EVERY_PORT), ("ssh", None), ("1-x", None), ("", None)])
def test_words_for_ports(written, found):
    assert range_of(written) == found


@pytest.mark.parametrize(
    ("body", "ports"),
    [
        ('allow { protocol = "tcp" }', [EVERY_PORT]),
        ('allow { protocol = "all" }', [EVERY_PORT]),
        ('allow { protocol = "icmp" }', []),
        ('allow {\n protocol = "tcp"\n ports = ["22", "80-90"]\n}', [{"from": 22, "to": 22}, {"from": 80, "to": 90}]),
    ],
)
def test_ports_of_a_google_firewall(body, ports):
    (fact,) = facts_of(openings, f'resource "google_compute_firewall" "f" {{\n source_ranges = ["0.0.0.0/0"]\n {body}\n}}')
    assert (fact.data["sources"], fact.data["ports"]) == (["0.0.0.0/0"], ports)


@pytest.mark.parametrize("closed", ['direction = "EGRESS"', "disabled = true"])
def test_what_lets_nothing_in_is_no_opening(closed):
    assert facts_of(openings, f'resource "google_compute_firewall" "f" {{\n {closed}\n allow {{ protocol = "all" }}\n}}') == []


def test_an_unknown_protocol_has_unknown_ports():
    (fact,) = facts_of(openings, 'variable "p" {}\nresource "google_compute_firewall" "f" {\n allow { protocol = var.p }\n}')
    assert isinstance(fact.data["ports"], Unknown)
