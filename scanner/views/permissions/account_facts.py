"""``identity`` and ``cloud-identity`` facts: as whom workloads run, and who accounts are outside the cluster."""

from __future__ import annotations

from scanner.inventory import Completeness
from scanner.model.counts import Counts, tally
from scanner.model.place import Pointer
from scanner.model.resource import Fact, Resource
from scanner.model.unknown import Unknown
from scanner.typed import TYPE_CHECKING, Any, Iterator, Mapping, Sequence
from scanner.views.permissions.accounts import AUTOMOUNT, Field, Runner, cloud_annotations
from scanner.views.permissions.subjects import Subject, shown

if TYPE_CHECKING:
    from scanner.views.permissions.access import Grant

Grants = Mapping[Subject, Sequence["Grant"]]
"""Subject → its lines, as in ``Access``; empty where nobody has written a binding."""


def identity_facts(grants: Grants, field: Field, seen: Completeness) -> Iterator[Fact]:
    """Yield a fact per workload, in the order of the files.

    ``workload`` {kind, name, address}; ``account`` as the subject of ``permission`` facts; ``mounted``: whether its token is in the pod;
    ``granted``: whether a binding names the account, unknown where there may be one outside the scan; ``everything``: whether it is
    granted all of the cluster; ``sharing``: how many other workloads run as the same account.
    """
    users = _users(field)
    for runner in field.runners:
        key = runner.resource.key
        account = runner.account
        data: dict[str, Any] = {"workload": {"kind": key.kind, "name": key.name, "address": key.address}, "mounted": runner.mounted}
        if isinstance(account, Unknown):
            data |= dict.fromkeys(("account", "granted", "everything", "sharing"), account)
        else:
            data |= {"account": shown(account), "granted": granted(grants, account, seen)}
            data |= {"everything": _everything(grants, account), "sharing": users[account] - 1}
        yield Fact("identity", data, (key.address,), _places(runner), ())


def _users(field: Field) -> Counts[Subject]:
    """Count the workloads that run as each account; one that several files write is one."""
    runners = {(runner.account, runner.resource.key.address) for runner in field.runners if isinstance(runner.account, Subject)}
    return tally(account for account, _ in runners)


def granted(grants: Grants, account: Subject, seen: Completeness) -> bool | Unknown:
    """Tell whether a binding names an account; nobody should name ``default``, so for that one what the scan shows is enough."""
    if account in grants:
        return True
    if account.name == "default" or seen.cluster or seen.whole() or account.namespace in seen.namespaces:
        return False
    return Unknown(f"no binding of {account} is in the scan, which may not hold all", str(account))


def _everything(grants: Grants, account: Subject) -> bool:
    return any(grant.binding.namespace is None and grant.everything for grant in grants.get(account, ()))


def _places(runner: Runner) -> dict[str, tuple[Resource, Pointer]]:
    account = (runner.resource, (*runner.spec, "serviceAccountName"))
    mounted = runner.mounted_by or (runner.resource, (*runner.spec, AUTOMOUNT))
    workload = (runner.resource, ("metadata", "name"))
    return {"workload": workload, "account": account, "mounted": mounted, "granted": account, "everything": account, "sharing": account}


def cloud_facts(grants: Grants, field: Field) -> Iterator[Fact]:
    """Yield a fact per annotation that makes an account somebody in a cloud.

    ``account``, ``provider``; ``identity``: what the cloud calls it, a client id (azure), a role ARN (aws) or an e-mail address (gcp), by
    which facts of cloud resources meet these; ``workloads``: how many run as it; ``lines``: how many bindings name it.
    """
    users = _users(field)
    for account, resource in field.declared.items():
        for annotation, provider, identity in cloud_annotations(resource):
            data = {
                "account": shown(account), "provider": provider, "identity": identity, "workloads": users[account],
                "lines": len(grants.get(account, ())),
            }  # fmt: skip
            place: tuple[Resource, Pointer] = (resource, ("metadata", "annotations", annotation))
            yield Fact("cloud-identity", data, (str(account), provider), dict.fromkeys(data, place), ())
