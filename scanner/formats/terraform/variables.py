"""Where the values of a root module's variables come from, in Terraform's order of precedence.

https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import posixpath

from scanner.formats.terraform.configuration import Written, parsed_body, read_body, unread_body
from scanner.formats.terraform.values import Value
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Tree
from scanner.model.record import NamedTuple
from scanner.syntax.hcl.nodes import Body, Expression, Literal
from scanner.syntax.hcl.parser import parse_expression
from scanner.typed import Iterable, Mapping, Sequence

MAX_BYTES = 16 * 1024 * 1024
"""Bytes that are read of a file outside the tree."""


class Input(NamedTuple):
    """A value given to a variable: an expression in a tfvars file, or text from the command line or environment."""

    expression: Expression | None = None
    written: Written | None = None
    text: str = ""

    def read(self, *, as_text: bool) -> Expression:
        """Return the expression; text is one itself unless the variable's type is primitive. Raises HclError."""
        if self.expression is not None:
            return self.expression
        return Literal(self.text, 0, 0) if as_text else parse_expression(self.text)


class Inputs(NamedTuple):
    """The inputs of a root module by name; ``broken`` says why any other variable may be set too."""

    by_name: dict[str, Input]
    broken: str | None = None


class VariableSet(NamedTuple):
    """How one root module is evaluated: ``name`` tells several sets of one root apart.

    The files of a configured set are relative to the root module, those of the command line absolute.
    """

    name: str = ""
    var_files: tuple[str, ...] = ()
    variables: Mapping[str, Value] = {}
    workspace: str = "default"


def inputs(
    tree: Tree, folder: str, chosen: VariableSet, given: VariableSet, environment: Mapping[str, str], problems: list[Problem]
) -> Inputs:
    """Collect the inputs of a root module: environment, automatic files, what configuration chose, what the command line gave."""
    found = Inputs({name: Input(text=text) for name, text in environment.items()})
    files = [*_automatic(tree, folder), *(posixpath.normpath(posixpath.join(folder, path)) for path in chosen.var_files)]
    for path in files:
        found = _over(found, read_body(tree, path, problems))
    found.by_name.update({name: _configured(value) for name, value in chosen.variables.items()})
    for path in given.var_files:
        found = _over(found, _named(tree, path, problems))
    found.by_name.update({name: Input(text=str(value)) for name, value in given.variables.items()})
    return found


def _over(found: Inputs, body: Body) -> Inputs:
    """Lay the values of a tfvars file over what is found so far: one that is broken may set any of it anew."""
    values = {name: Input(attribute.value, Written(attribute, body.source)) for name, attribute in body.attributes.items()}
    return Inputs({**found.by_name, **values}, found.broken) if body.broken is None else Inputs(values, found.broken or body.broken)


def _configured(value: Value) -> Input:
    return Input(text=value) if isinstance(value, str) else Input(expression=literal(value))


def literal(value: Value) -> Expression:
    """Return the expression that means a plain value."""
    from scanner.syntax.hcl.nodes import Object, Tuple  # only for values from plumbrule.yaml

    if isinstance(value, Mapping):
        return Object(tuple((Literal(str(key), 0, 0), literal(item)) for key, item in value.items()), 0, 0)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Tuple(tuple(literal(item) for item in value), 0, 0)
    return Literal(value, 0, 0)


def _automatic(tree: Tree, folder: str) -> Iterable[str]:
    """Return the tfvars files that Terraform loads by itself, the strongest last."""
    names = tree.children(folder)
    first = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    return [
        posixpath.join(folder, name) for name in (*first, *sorted(n for n in names if n.endswith((".auto.tfvars", ".auto.tfvars.json"))))
    ]


def _named(tree: Tree, path: str, problems: list[Problem]) -> Body:
    """Read a file that the command line named by its absolute path: the one kind of file that may lie outside the tree."""
    try:
        with open(path, "rb") as handle:
            content = handle.read(MAX_BYTES)
    except OSError as error:
        why = error.strerror or "cannot be read"
        problems.append(file_problem("unreadable", posixpath.basename(path), why))
        return unread_body(posixpath.basename(path), why)
    return parsed_body(_inside(tree, path.replace("\\", "/"), content) or posixpath.basename(path), content, problems)


def _inside(tree: Tree, path: str, content: bytes) -> str | None:
    """Return the path that a file has in the tree, None where it is not there."""
    parts = path.split("/")
    found = ("/".join(parts[at:]) for at in range(1, len(parts)))
    return next((inner for inner in found if inner and tree.is_file(inner) and tree.read(inner) == content), None)
