"""``certificate`` facts: the groups that a client certificate is asked for, or holds."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64

from scanner.inventory import Inventory, lookup
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Any, Iterator

ORGANIZATION = b"\x06\x03\x55\x04\x0a"
"""The object identifier 2.5.4.10 in DER: Kubernetes reads a certificate's organisations as groups."""
_STRINGS = frozenset((0x0C, 0x13, 0x14, 0x16))
_ARMOUR = re.compile(rb"-----[A-Z ]{1,40}-----")


def certificate_facts(inventory: Inventory) -> Iterator[Fact]:
    """Yield a fact per CertificateSigningRequest, and per client certificate inside a kubeconfig: ``groups``, as far as it can be read."""
    for resource in inventory.of("CertificateSigningRequest"):
        yield _fact(resource, ("spec", "request"))
    for resource in inventory.of("Config"):
        users = resource.data.get("users")
        for index in range(len(users) if isinstance(users, list) else 0):
            pointer = ("users", index, "user", "client-certificate-data")
            if lookup(resource.data, pointer) is not None:
                yield _fact(resource, pointer)


def _fact(resource: Resource, pointer: Pointer) -> Fact:
    data = {"groups": groups(lookup(resource.data, pointer))}
    place = (resource, pointer)
    return Fact("certificate", data, (resource.key.address, *map(str, pointer)), {"groups": place}, ())


def groups(text: Any) -> list[str] | Unknown:
    """Return the organisations that a request or certificate names: base64 of PEM, or of DER."""
    if isinstance(text, Unknown):
        return text
    try:
        content = a2b_base64(text) if isinstance(text, str) else b""
        return _organizations(a2b_base64(_ARMOUR.sub(b"", content)) if content.lstrip().startswith(b"-----") else content)
    except (Error, ValueError):
        return Unknown("the certificate cannot be read")


def _organizations(der: bytes) -> list[str]:
    found = []
    start = der.find(ORGANIZATION)
    while start >= 0:
        at = start + len(ORGANIZATION)
        tag, length = der[at : at + 1], der[at + 1 : at + 2]
        if tag and length and tag[0] in _STRINGS and length[0] < 0x80:
            found.append(der[at + 2 : at + 2 + length[0]].decode("utf-8", "replace"))
        start = der.find(ORGANIZATION, at)
    return found
