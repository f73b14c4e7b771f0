"""When a rule applies: ranges of versions, and the Pod Security level that a control belongs to."""

from __future__ import annotations

import _operator as operator

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.scalars import version
from scanner.typed import Any, Callable, Mapping

LEVELS = ("privileged", "baseline", "restricted")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip


class Platform(NamedTuple):
    """What rules are judged at: the Kubernetes minor version, the strictest Pod Security level that reports, and the day."""

    kubernetes: str
    pod_security: str = "restricted"
    today: str = "1970-01-01"


def why_not(applies: object, platform: Platform, at: Pointer) -> str | None:
    """Return why a rule with this ``applies`` does not apply, or None where it does. Raises Mistake."""
    if not isinstance(applies, dict):
        raise Mistake(at, 'applies takes {kubernetes: ">=1.25"} or {pod_security: baseline}')
    reasons = [_reason(key, value, platform, (*at, key)) for key, value in applies.items()]
    return next((reason for reason in reasons if reason is not None), None)


def _reason(key: object, value: Any, platform: Platform, at: Pointer) -> str | None:
    if key == "kubernetes":
        inside = within(platform.kubernetes, value, at)
        return None if inside else f"applies to Kubernetes {value}, judged at {platform.kubernetes}"
    if key != "pod_security":
        raise unknown_word(at, "platform", key, ("kubernetes", "pod_security"), key=True)
    if value not in LEVELS[1:]:
        raise unknown_word(at, "level", value, LEVELS[1:])
    weaker = LEVELS.index(value) > LEVELS.index(platform.pod_security)
    return f"belongs to the level {value}, judged at {platform.pod_security}" if weaker else None


def within(number: str, text: object, at: Pointer) -> bool:
    """Tell whether a version lies in a range such as ``>=1.25 <1.31``. Raises Mistake where it is no range."""
    bounds = [_bound(part) for part in str(text).replace(",", " ").split()]
    if not bounds or any(bound is None for _, bound in bounds):
        raise Mistake(at, f"{text!r} is no range of versions", 'write ">=1.25" or ">=1.25 <1.31"')
    return all(_COMPARE[sign](version(number), bound) for sign, bound in bounds)


def _bound(part: str) -> tuple[str, tuple[int, ...] | None]:
    sign = next((sign for sign in _COMPARE if part.startswith(sign)), "")
    return sign or "=", version(part.removeprefix(sign))


def platform_values(platform: Platform) -> Mapping[str, Any]:
    """Return what ``platform.…`` in a rule's paths gives."""
    return {"kubernetes": platform.kubernetes}
