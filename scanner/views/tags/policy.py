"""What the organisation asks of tags: the ``tags`` section of plumbrule.yaml, else the recommended ones."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.glob import fits
from scanner.model.record import NamedTuple
from scanner.tables import table
from scanner.typed import Any, Mapping, Sequence


class Demand(NamedTuple):
    """What is asked of some types in some environments (both globs; none means all): names, values and patterns by name.

    ``defaults`` are the values that a fix may write where a tag is missing.
    """

    types: tuple[str, ...]
    environments: tuple[str, ...]
    required: tuple[str, ...]
    values: Mapping[str, Sequence[str]]
    patterns: Mapping[str, str]
    defaults: Mapping[str, str]

    def concerns(self, type_name: str, environment: str | None) -> bool:
        """Tell whether this is about resources of a type in an environment; None is one that nobody named."""
        return _fits(type_name, self.types) and (not self.environments or _fits(environment or "", self.environments))


class Policy(NamedTuple):
    """All demands, the spellings under which a name is known, and what else tags are inherited from."""

    demands: tuple[Demand, ...]
    spellings: Mapping[str, tuple[str, ...]]
    inherit: tuple[str, ...]

    def asked(self, type_name: str, environment: str | None) -> list[Demand]:
        """Return the demands on a resource."""
        return [demand for demand in self.demands if demand.concerns(type_name, environment)]

    def find(self, name: str, tags: Mapping[str, Any], cloud: str) -> str | None:
        """Return the name under which a resource carries a tag of the policy; Azure does not tell the case of names apart."""
        known = (name, *self.spellings.get(name, ()))
        if cloud != "azure":
            return next((one for one in known if one in tags), None)
        folded = {one.casefold(): one for one in tags}
        return next((folded[one.casefold()] for one in known if one.casefold() in folded), None)


def policy_of(config: Config) -> Policy:
    """Return the policy that holds."""
    section = config.tags
    spellings = {name: tuple(words) for name, words in table("tags")["spellings"].items()}
    spellings |= {name: tuple(words) for name, words in dict(section.get("spellings") or {}).items()}
    general = {"required": table("tags")["required"], **section}
    demands = [_demand(one) for one in (general, *(section.get("demands") or ()))]
    return Policy(tuple(demands), spellings, tuple(section.get("inherit") or ()))


def _demand(said: Mapping[str, Any]) -> Demand:
    return Demand(
        tuple(said.get("types") or ()),
        tuple(said.get("environments") or ()),
        tuple(said.get("required") or ()),
        dict(said.get("values") or {}),
        dict(said.get("patterns") or {}),
        dict(said.get("defaults") or {}),
    )


def _fits(word: str, globs: Sequence[str]) -> bool:
    return not globs or any(fits(word, glob) for glob in globs)
