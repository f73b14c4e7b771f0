"""What a region's name in some text means."""

from __future__ import annotations

from scanner.model.unknown import Unknown
from scanner.typed import Any
from scanner.views.placements.places import Destination, lost
from scanner.views.placements.survey import Survey


def named_place(survey: Survey, cloud: str, value: Any) -> Destination:
    """Return the place that a region's name means; unknown where the value is, or where the table has no such region.

    Where Kubernetes names a region, any cloud's may be meant.
    """
    if isinstance(value, Unknown):
        return survey.atlas.one_of(cloud, value.among, value.cause, value.origin)
    place = survey.atlas.find(str(value)) if cloud == "kubernetes" else survey.atlas.region(cloud, str(value))
    return place or lost(f"{str(value)!r} is no region that the table knows", None, cloud)
