"""Values that compare as something else than text: Kubernetes quantities, versions and dates."""

from __future__ import annotations

from scanner.patterns import pattern
from scanner.typed import Any

_QUANTITY = r"([+-]?)([0-9]{1,40})?(?:\.([0-9]{0,40}))?(?:([eE])([+-]?[0-9]{1,3})|([KMGTPE]i|[numkMGTPE])|)"
_DECIMAL = {"n": -9, "u": -6, "m": -3, None: 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_NANO = 9
_VERSION = r"v?([0-9]{1,9}(?:\.[0-9]{1,9}){0,4})(?![0-9.])"


def quantity(value: Any) -> int | None:
    """Return a Kubernetes quantity in billionths, rounded away from zero as Kubernetes does; None where it is none.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ (v1.37).
    """
    match = pattern(_QUANTITY).fullmatch(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if match is None or (match[2] is None and not match[3]):
        return None
    fraction = match[3] or ""
    digits = int((match[2] or "") + fraction)
    power = (int(match[5]) if match[4] else _DECIMAL.get(match[6], 0)) + _NANO - len(fraction)
    digits <<= 10 * _BINARY.get(match[6], 0)
    size: int = digits * 10**power if power >= 0 else -(-digits // 10**-power)
    return -size if match[1] == "-" else size


def version(value: Any) -> tuple[int, ...] | None:
    """Return a version's leading numbers, without zeros at the end: ``v1.30.0-gke.2`` is (1, 30). None where it has none."""
    match = pattern(_VERSION).match(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def date(value: Any) -> float | None:
    """Return an ISO 8601 date or time as seconds, one without a zone as UTC; None where it is none."""
    from datetime import UTC, datetime  # few rules compare dates

    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
