"""A module as it is written: the blocks of all files of one folder, by kind and name, before anything is evaluated."""

from __future__ import annotations

import posixpath

from scanner.formats.terraform.capitals import capitals
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.syntax.hcl.nodes import Attribute, Block, Body, Literal
from scanner.syntax.hcl.parser import Parsed, parse
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Callable, Iterable, Iterator, Mapping, Sequence, TypeVar

SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
ResourceName = tuple[str, str, str]
"""Mode ("managed", "data" or "ephemeral"), type and label."""
_MODES = {"resource": "managed", "data": "data", "ephemeral": "ephemeral"}


class Written(NamedTuple):
    """An attribute and the file it stands in."""

    attribute: Attribute
    source: Source


class Configuration:
    """The blocks of one module. ``repeated`` are resources whose name another block of the same file has taken.

    ``broken`` says why there may be blocks that were not seen, ``broken_locals`` why there may be more locals.
    """

    __slots__ = (
        "broken",
        "broken_locals",
        "files",
        "folder",
        "locals",
        "modules",
        "others",
        "outputs",
        "providers",
        "repeated",
        "resources",
        "variables",
    )

    def __init__(self, folder: str, files: tuple[str, ...]) -> None:
        self.folder = folder
        self.files = files
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, Written] = {}
        self.outputs: dict[str, Block] = {}
        self.resources: dict[ResourceName, Block] = {}
        self.repeated: list[tuple[ResourceName, Block]] = []
        self.modules: dict[str, Block] = {}
        self.providers: dict[str, Block] = {}
        self.others: list[Block] = []
        self.broken: str | None = None
        self.broken_locals: str | None = None


def configuration(folder: str, bodies: Iterable[Body]) -> Configuration:
    """Sort the blocks of a module's files; the bodies of override files come last."""
    files = tuple(bodies)
    result = Configuration(folder, tuple(body.source.path for body in files))
    for body in files:
        result.broken = result.broken or body.broken
        add = _override if _is_override(body.source.path) else _add
        for block in body.blocks:
            add(result, block)
    return result


def conflicting(bodies: Sequence[Body]) -> set[str]:
    """Return the paths of files that cannot be in one module with another one, as both declare the same thing.

    Folders of examples look like that: each of these files is a module of its own.
    """
    declared: dict[tuple[str, ...], set[str]] = {}
    for body in bodies:
        if not _is_override(body.source.path):
            for name in _declarations(body):
                declared.setdefault(name, set()).add(body.source.path)
    return {path for paths in declared.values() if len(paths) > 1 for path in paths}


def _declarations(body: Body) -> Iterator[tuple[str, ...]]:
    for block in body.blocks:
        if block.type in {"variable", "output", "module", "resource", "data", "ephemeral"}:
            yield (block.type, *block.labels)
        elif block.type == "locals":
            yield from (("local", name) for name in block.body.attributes)


def module_files(tree: Tree, folder: str) -> list[str]:
    """Return the paths of a module's files, override files last. A ``.tofu`` file stands in for the ``.tf`` file of the same name."""
    names = [name for name in tree.children(folder) if is_module_file(name)]
    shadowed = {name.replace(".tofu", ".tf") for name in names if ".tofu" in name}
    paths = [posixpath.join(folder, name) for name in names if name not in shadowed]
    return sorted(paths, key=lambda path: (_is_override(path), path))


def is_module_file(name: str) -> bool:
    """Tell whether a file's name makes it part of a module; editors' backups begin with a dot or end otherwise."""
    return name.endswith(SUFFIXES) and not posixpath.basename(name).startswith(".")


def _is_override(path: str) -> bool:
    stem = posixpath.basename(path).split(".")[0]
    return stem == "override" or stem.endswith("_override")


def read_body(tree: Tree, path: str, problems: list[Problem]) -> Body:
    """Read one file into nodes and note what is wrong with it; a body that is ``broken`` where it cannot be read at all."""
    try:
        content = tree.read(path)
    except UnreadableError as error:
        problems.append(error.problem)
        return unread_body(path, error.problem.detail)
    return parsed_body(path, content, problems)


def unread_body(path: str, why: str) -> Body:
    """Return what is known of a file that cannot be read at all."""
    return Body({}, (), Source(path, ""), broken=f"{path} could not be read ({why})")


def parsed_body(path: str, content: bytes, problems: list[Problem]) -> Body:
    """Turn the bytes of one file into nodes and note what is wrong with them."""
    try:
        text = decode(content, "strict")
    except MalformedError as error:
        problems.append(file_problem("unparsable", path, error.message))
        return unread_body(path, error.message)
    parsed = _parser(path)(path, text)
    point, mistakes = parsed.body.source.point, (*parsed.mistakes, *capitals(parsed.body))
    problems += [file_problem(mistake.kind, path, mistake.message, *point(mistake.offset)) for mistake in mistakes]
    return parsed.body


def _parser(path: str) -> Callable[[str, str], Parsed]:
    if not path.endswith(".json"):
        return parse
    from scanner.formats.terraform.json_files import parse_json, parse_json_values  # few need the table that it reads

    return parse_json_values if path.endswith(".tfvars.json") else parse_json


def _add(result: Configuration, block: Block) -> None:
    """Sort a block to its kind."""
    kind, labels = block.type, block.labels
    if kind in _MODES and len(labels) == 2:
        _add_resource(result, (_MODES[kind], labels[0], labels[1]), block)
    elif kind == "locals":
        result.broken_locals = result.broken_locals or block.body.broken
        result.locals.update((name, Written(attribute, block.body.source)) for name, attribute in block.body.attributes.items())
    elif kind == "provider" and len(labels) == 1:
        result.providers[provider_name(block)] = block
    elif kind in _BY_NAME and len(labels) == 1:
        _BY_NAME[kind](result)[labels[0]] = block
    else:
        result.others.append(block)
        if kind == "check":
            for inner in block.body.blocks:
                _add(result, inner)


def _add_resource(result: Configuration, name: ResourceName, block: Block) -> None:
    if name in result.resources:
        result.repeated.append((name, block))
    else:
        result.resources[name] = block


_BY_NAME: Mapping[str, Callable[[Configuration], dict[str, Block]]] = {
    "variable": lambda result: result.variables,
    "output": lambda result: result.outputs,
    "module": lambda result: result.modules,
}


def provider_name(block: Block) -> str:
    """Return ``aws``, or ``aws.eu`` where the provider configuration has an alias."""
    alias = block.body.attributes.get("alias")
    name = alias.value.value if alias and isinstance(alias.value, Literal) else None
    return f"{block.labels[0]}.{name}" if name else block.labels[0]


def _override(result: Configuration, block: Block) -> None:
    """Merge a block of an override file into the block that it changes."""
    kind, labels = block.type, block.labels
    if kind in _MODES and len(labels) == 2:
        _merge(result.resources, (_MODES[kind], labels[0], labels[1]), block)
    elif kind == "provider" and len(labels) == 1:
        _merge(result.providers, provider_name(block), block)
    elif kind in _BY_NAME and len(labels) == 1:
        _merge(_BY_NAME[kind](result), labels[0], block)
    else:
        _add(result, block)


_Name = TypeVar("_Name")


def _merge(blocks: dict[_Name, Block], name: _Name, block: Block) -> None:
    """Put a block's attributes over those of the block it overrides, and its nested blocks in place of those of the same types."""
    base = blocks.get(name)
    if base is None:
        blocks[name] = block
        return
    replaced = {inner.type for inner in block.body.blocks}
    kept = tuple(inner for inner in base.body.blocks if inner.type not in replaced)
    elsewhere = {**base.body.elsewhere, **dict.fromkeys(block.body.attributes, block.body.source)}
    broken = base.body.broken or block.body.broken
    body = Body({**base.body.attributes, **block.body.attributes}, (*kept, *block.body.blocks), base.body.source, elsewhere, broken)
    blocks[name] = base._replace(body=body)
