"""Fact ``vhost-permission``: what a user of RabbitMQ may do on a virtual host, and whose both are."""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import Iterator
from scanner.views.flows.derived.sharing import tenant_of
from scanner.views.flows.places import Place
from scanner.views.flows.scene import Scene
from scanner.views.flows.written import mapping, text

PERMISSION, VHOST = "Permission.rabbitmq.com", "Vhost.rabbitmq.com"
EVERYTHING = {".*", "^.*$", "^.*", ".*$", ".+", "^.+$"}


def permissions(scene: Scene) -> Iterator[Fact]:
    """Yield one fact per Permission of the RabbitMQ topology operator."""
    owners = {str(lookup(vhost.data, ("spec", "name"))): tenant_of(scene, vhost) for vhost in scene.inventory.of(VHOST)}
    users: dict[str, set[str]] = {}
    for resource in scene.inventory.of(PERMISSION):
        tenant = tenant_of(scene, resource)
        if isinstance(tenant, str):
            users.setdefault(str(lookup(resource.data, ("spec", "vhost"))), set()).add(tenant)
    for resource in scene.inventory.of(PERMISSION):
        yield _fact(scene, resource, owners, users)


def _fact(scene: Scene, resource: Resource, owners: dict[str, str | Unknown | None], users: dict[str, set[str]]) -> Fact:
    vhost = str(lookup(resource.data, ("spec", "vhost")))
    allowed = mapping(lookup(resource.data, ("spec", "permissions")))
    wide = [key for key in ("configure", "write", "read") if text(allowed.get(key)) in EVERYTHING]
    data = {
        "vhost": vhost,
        "user": text(lookup(resource.data, ("spec", "user"))) or text(lookup(resource.data, ("spec", "userReference", "name"))),
        "tenant": tenant_of(scene, resource),
        "owner": owners.get(vhost),
        "tenants": sorted(users.get(vhost, ())),
        "everything": wide,
    }
    place: Place = (resource, ("spec", "vhost"))
    wide_place: Place = (resource, ("spec", "permissions", *wide[:1]))
    fields = {"tenant": place, "owner": place, "tenants": place, "everything": wide_place}
    return Fact("vhost-permission", data, (resource.key.address,), fields, ((*place, "the permission"),))
