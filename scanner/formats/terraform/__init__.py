"""Terraform and OpenTofu: the language itself is evaluated, and what cannot be known stays unknown with its cause.

Plans and states are read here too, because a plan's values belong to the places of the configuration that it was made from.
"""

from __future__ import annotations

from scanner.config import Config
from scanner.formats.terraform.kinds import CARRIERS, TERRAGRUNT
from scanner.model.counts import Counts
from scanner.model.reading import Embedded, Parsed, Tree, Wanted
from scanner.model.resource import Resource
from scanner.typed import Callable, Sequence

NAME = "terraform"
ORDER = 10
_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")


def claims(path: str, head: Callable[[], str]) -> bool:
    """Tell whether a file is part of a Terraform module, a plan or a state; what was downloaded is read through its callers."""
    if "/.terraform/" in f"/{path}":
        return False
    if path.endswith((*_SUFFIXES, *TERRAGRUNT)):
        return True
    return path.endswith(".json") and _is_plan(head())


def _is_plan(text: str) -> bool:
    """Tell whether a JSON text looks like what ``terraform show -json`` writes."""
    return '"format_version"' in text and '"terraform_version"' in text and ('"planned_values"' in text or '"values"' in text)


def read(tree: Tree, paths: Sequence[str], wanted: Wanted, config: Config) -> Parsed:
    """Evaluate every root module among the files' folders and return its resources; a plan stands in for the module it was made from.

    ``config.terraform`` holds ``roots`` (path → variable set, or a list of them), ``module_cache``, and from the command line
    ``variables``, ``var_files`` (absolute paths) and ``environment`` (what TF_VAR_ variables hold, by name without that).
    """
    from scanner.formats.terraform.evaluations import evaluations
    from scanner.formats.terraform.library import Library
    from scanner.formats.terraform.resources import counted

    library = Library(tree, config.terraform.get("module_cache"))
    evaluated = list(evaluations(library, paths, config.terraform))
    plans = [path for path in paths if not path.endswith((*_SUFFIXES, *TERRAGRUNT))]
    resources: list[Resource] = []
    by_type: Counts[str] = Counts()
    if plans:
        from scanner.formats.terraform.plan_files import read_plan  # few scans have one

        for path in plans:
            found, replaced = read_plan(tree, path, evaluated, library.problems)
            evaluated = [one for one in evaluated if one is not replaced]
            resources += [one for one in found if wanted.__contains__(one.type) or one.type.startswith(CARRIERS)]
            by_type.count(one.type for one in found if one.type != "provider")
    for one in evaluated:
        resources += counted(one.module, one.files, wanted, by_type)
    inside, resources = _embedded(resources, wanted)
    return Parsed(resources, tuple(library.problems), frozenset(paths), dict(sorted(by_type.items())), inside)


def _embedded(resources: Sequence[Resource], wanted: Wanted) -> tuple[list[Embedded], list[Resource]]:
    """Return what stands inside resources, and the resources that are wanted themselves."""
    carriers = [one for one in resources if one.type.startswith(CARRIERS)]
    if not carriers:
        return [], list(resources)
    from scanner.formats.terraform.kubernetes import embedded  # few scans have any

    found = [inner for carrier in carriers for inner in embedded(carrier)]
    return found, [one for one in resources if wanted.__contains__(one.type)]
