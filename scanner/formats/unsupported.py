"""Languages that are known and not read: each is one problem per folder, so that nobody takes silence for a pass."""

from __future__ import annotations

from scanner.config import Config
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Parsed, Tree, Wanted
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.syntax.text import decode
from scanner.typed import Callable, Sequence

NAME = "unsupported"
ORDER = 100


class Language(NamedTuple):
    """``path`` says which files can be of the language; ``text`` looks inside, where the name alone does not tell."""

    name: str
    path: Callable[[str], bool]
    text: Callable[[str], bool] | None = None


def claims(path: str, head: Callable[[], str]) -> bool:
    """Tell whether a file is of a language that is known and not read."""
    return _language(path, head) is not None


def read(tree: Tree, paths: Sequence[str], wanted: Wanted, config: Config) -> Parsed:  # noqa: ARG001 - the seam's signature
    """Say for each folder and language how many files were not judged."""
    groups: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        language = _language(path, _head(tree, path))
        if language is not None:
            groups.setdefault((path.rpartition("/")[0], language.name), []).append(path)
    problems = [_problem(name, files) for (_, name), files in sorted(groups.items())]
    return Parsed(problems=problems, files=frozenset(path for files in groups.values() for path in files))


def _head(tree: Tree, path: str) -> Callable[[], str]:
    return lambda: decode(tree.read(path))


def _problem(language: str, files: list[str]) -> Problem:
    count = "1 file" if len(files) == 1 else f"{len(files)} files"
    detail = f"{language}: {count} of this folder not judged, this version does not read the language (accept it under incomplete.accept)"
    return file_problem("unsupported", min(files), detail)


def _language(path: str, head: Callable[[], str]) -> Language | None:
    candidates = (language for language in LANGUAGES if language.path(path))
    return next((language for language in candidates if language.text is None or language.text(head())), None)


def _contains(looks: str) -> Callable[[str], bool]:
    return lambda text: pattern(f"(?m){looks}").search(text) is not None  # compiled when first needed


_HAS_VERSION = _contains(r'^AWSTemplateFormatVersion[ \t]*:|[{,]\s*"AWSTemplateFormatVersion"\s*:')
_HAS_RESOURCES = _contains(r'^Resources[ \t]*:|[{,]\s*"Resources"\s*:')
_HAS_TYPE = _contains(r"""Type["']?[ \t]*:[ \t]*["']?AWS::\w+::""")
_HAS_PLAYS = _contains(r"^(?:- |  )(?:hosts|ansible\.builtin\.import_playbook|import_playbook)[ \t]*:")
_IS_LIST = _contains(r"\A(?:[ \t]*(?:#[^\n]*)?\r?\n|---[^\n]*\n)*+- ")


def _is_cloudformation(text: str) -> bool:
    """A template says its version, or has a resource of a type of AWS; inside another document's text it is indented."""
    if "AWS" not in text:
        return False
    if "AWSTemplateFormatVersion" in text and _HAS_VERSION(text):
        return True
    return "AWS::" in text and _HAS_RESOURCES(text) and _HAS_TYPE(text)


def _is_playbook(text: str) -> bool:
    return _IS_LIST(text) and _HAS_PLAYS(text)


def _ends(*ends: str) -> Callable[[str], bool]:
    return lambda path: path.endswith(ends)


def _is_dockerfile(path: str) -> bool:
    name = path.rpartition("/")[2]
    first, dot, rest = name.partition(".")
    return (first in ("Dockerfile", "Containerfile") and rest not in (("md", "dockerignore", "") if dot else ("-",))) or name.endswith(
        (".dockerfile", ".Dockerfile")
    )


def _is_workflow(path: str) -> bool:
    return f"/{path}".rpartition("/")[0].endswith("/.github/workflows") and path.endswith(_YAML)


def _is_role(path: str) -> bool:
    return "roles/" in path and pattern(r"(?:\A|/)roles/[^/]+/(?:tasks|handlers)/(?:[^/]+/)*[^/]+\.ya?ml\Z").search(path) is not None


_YAML = (".yaml", ".yml")
LANGUAGES = (
    Language("Bicep", _ends(".bicep", ".bicepparam")),
    Language("Dockerfile", _is_dockerfile),
    Language("GitHub workflows", _is_workflow),
    Language("GitHub actions", lambda path: path.rpartition("/")[2] in ("action.yaml", "action.yml"), _contains(r"^runs[ \t]*:")),
    Language("Ansible", _is_role),
    Language("ARM templates", _ends(".json", ".jsonc"), _contains(r'\A\s*\{[^{}]*"\$schema"\s*:\s*"[^"]*[dD]eploymentTemplate\.json')),
    Language("CloudFormation", _ends(*_YAML, ".json", ".template", ".cfn"), _is_cloudformation),
    Language("Ansible", _ends(*_YAML), _is_playbook),
)
