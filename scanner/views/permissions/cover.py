"""Does one subject already hold all that another holds? If so, turning into the other gains nothing."""

from __future__ import annotations

from itertools import islice

from scanner.model.record import NamedTuple
from scanner.typed import Iterable, Iterator
from scanner.views.permissions.access import Grant
from scanner.views.permissions.ground import Crowd, Ground, Place
from scanner.views.permissions.policy import Request, Rule, allows
from scanner.views.permissions.roles import Role, RoleKey
from scanner.views.permissions.subjects import Subject

Share = tuple[tuple[RoleKey, int], Place]
"""A role and where it is granted."""


class Holdings(NamedTuple):
    """What a subject is granted, as shares; two subjects with equal shares are equally strong."""

    shares: frozenset[Share]
    roles: dict[Share, Role]


class Cover:
    """Compares subjects, and remembers what it has compared."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._holdings: dict[Subject, Holdings] = {}
        self._covered: dict[tuple[frozenset[Share], Share], bool] = {}
        self._stronger: dict[tuple[frozenset[Share], Crowd], tuple[Subject, ...]] = {}

    def stronger(self, target: Subject | Crowd, weak: Subject) -> Subject | None:
        """Return who of a target is somebody else and holds more, here or in a cloud; None where nobody does."""
        if isinstance(target, Subject):
            return target if target != weak and self._gains(target, weak) else None
        key = (self._of(weak).shares, target)
        if key not in self._stronger:
            # Two, because the first may be the asker itself, whose cloud identity is no gain.
            self._stronger[key] = tuple(islice((one for one in self.ground.crowd(target) if self._gains(one, weak)), 2))
        return next((one for one in self._stronger[key] if one != weak), None)

    def _gains(self, strong: Subject, weak: Subject) -> bool:
        return self.exceeding(strong, weak) is not None or bool(self.ground.field.clouds(strong))

    def exceeding(self, strong: Subject, weak: Subject) -> Role | None:
        """Return a role that the one is granted beyond what the other holds, or None."""
        other, own = self._of(strong), self._of(weak)
        for share in sorted(other.shares - own.shares, key=_order):
            key = (own.shares, share)
            if key not in self._covered:
                self._covered[key] = _covers(own, other.roles[share], share[1])
            if not self._covered[key]:
                return other.roles[share]
        return None

    def _of(self, subject: Subject) -> Holdings:
        found = self._holdings.get(subject)
        if found is None:
            roles = dict(_shares(self.ground.grants(subject), subject))
            found = self._holdings[subject] = Holdings(frozenset(roles), roles)
        return found


def _order(share: Share) -> tuple[bool, str, str, int]:
    ((kind, home, name), variant), place = share
    return (place is not None, place or "", f"{kind}/{home or ''}/{name}", variant)


def _shares(grants: Iterable[Grant], subject: Subject) -> Iterator[tuple[Share, Role]]:
    """Yield what the lines grant, without what everybody in a group of the cluster has."""
    for grant in grants:
        role = grant.binding.role
        common = grant.subject != subject and grant.default
        if isinstance(role, Role) and role.rules and not common:
            yield (role.identity, grant.binding.namespace), role


def _covers(own: Holdings, role: Role, place: Place) -> bool:
    here = [held for (_, home), held in own.roles.items() if home is None or home == place]
    if any(held.everything or held.identity == role.identity for held in here):
        return True
    rules = [rule for held in here for rule in held.rules]
    return all(any(allows(rule, request) for rule in rules) for written in role.rules for request in requests(written, place))


def requests(rule: Rule, place: Place) -> Iterator[Request]:
    """Yield what a rule allows in a place, one by one, stars as words of their own."""
    for verb in filter(_is_text, rule.verbs):
        for group in filter(_is_text, rule.groups):
            for resource in filter(_is_text, rule.resources):
                yield from (Request(str(verb), str(group), str(resource), str(name)) for name in rule.names or ("",))
        if place is None:
            yield from (Request(str(verb), url=str(url)) for url in filter(_is_text, rule.urls))


def _is_text(token: object) -> bool:
    return isinstance(token, str)
