"""Which cloud resources answer the internet, and where that is written."""

from __future__ import annotations

import pytest
from terraform_facts import facts_of

from scanner.model.unknown import Unknown
from scanner.views import exposure

ONE = 'resource "{type}" "a" {{\n{body}\n}}\nvariable "v" {{}}\n'


@pytest.mark.parametrize(
    ("type_name", "body", "public"),
    [
        ("aws_lb", "", True),
        ("aws_lb", "internal = true", False),
        ("aws_lb", "internal = var.v", "var.v has no value"),
        ("aws_instance", "", False),
        ("aws_instance", 'associate_public_ip_address = "true"', True),
        ("aws_eks_cluster", "vpc_config {\n  endpoint_public_access = false\n}", False),
        ("google_compute_instance", "network_interface {\n  access_config {\n    nat_ip = 1\n  }\n}", True),
        ("google_compute_instance", "network_interface {\n}", False),
        ("azurerm_postgresql_flexible_server", 'delegated_subnet_id = azurerm_subnet.s.id\n}\nresource "azurerm_subnet" "s" {', False),
        ("azurerm_postgresql_flexible_server", 'delegated_subnet_id = "/subnets/s"', False),
        ("azurerm_redis_cache", "public_network_access_enabled = var.v\nsubnet_id = 1", False),
        ("azurerm_public_ip", "", True),
    ],
)
def test_what_answers_the_internet(type_name: str, body: str, public: bool | str) -> None:
    (fact,) = facts_of(exposure, ONE.format(type=type_name, body=body))
    found = fact.data["public"]
    assert (found.cause if isinstance(found, Unknown) else found) == public


def test_the_place_is_what_says_so() -> None:
    text = 'resource "aws_lb" "a" {\n  internal = false\n}\nresource "aws_lb" "b" {\n  internal = true\n}\n'
    spots = [fact.fields["public"][1] for fact in facts_of(exposure, text)]
    assert spots == [(), ("internal",)]
