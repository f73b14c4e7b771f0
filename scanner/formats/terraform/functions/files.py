"""Functions that read files, only below the root of the tree; a path elsewhere is unknown, as it depends on the machine."""

from __future__ import annotations

import posixpath
import re

from scanner.formats.terraform.evaluate import evaluate
from scanner.formats.terraform.functions.collections import mapping
from scanner.formats.terraform.functions.hashes import base64_digest, digest
from scanner.formats.terraform.functions.signature import Function, function
from scanner.formats.terraform.limits import Budget
from scanner.formats.terraform.scope import Scope
from scanner.formats.terraform.types import STRING, set_of
from scanner.formats.terraform.values import EvaluationError, Lazy, Value
from scanner.model.reading import Tree, UnreadableError
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.syntax.hcl.lexer import HclError
from scanner.syntax.hcl.parser import parse_template
from scanner.typed import Callable, Iterator, Mapping

MAX_FILES = 10_000


def _inside(scope: Scope, path: str) -> str | Unknown:
    """Return a path below the tree's root; paths are relative to the root module's folder."""
    if path.startswith(("/", "~")) or (len(path) > 1 and path[1] == ":"):
        return Unknown(f"the file {path} is outside the repository")
    found = posixpath.normpath(posixpath.join(scope.module.folder, path.replace("\\", "/")))
    return Unknown(f"the file {path} is outside the repository") if found.startswith("..") else found


def _content(scope: Scope, path: str) -> bytes | Unknown:
    """Return a file's bytes; raise EvaluationError where there is none."""
    found = _inside(scope, path)
    if isinstance(found, Unknown):
        return found
    try:
        return scope.module.tree.read(found)
    except UnreadableError as error:
        raise EvaluationError(f"the file {path} cannot be read") from error


def _reading(convert: Callable[[bytes], Value]) -> Callable[[Scope, str], Value]:
    def read(scope: Scope, path: str) -> Value:
        content = _content(scope, path)
        return Unknown(content.cause, kind="string", not_null=True) if isinstance(content, Unknown) else convert(content)

    return read


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise EvaluationError("the file is no UTF-8") from error


def _base64(content: bytes) -> str:
    import base64

    return base64.b64encode(content).decode()


def _hexadecimal(algorithm: str) -> Callable[[bytes], str]:
    return lambda content: digest(algorithm, content).hex()


def _base64_hash(algorithm: str) -> Callable[[bytes], str]:
    return lambda content: base64_digest(algorithm, content)


def _fileexists(scope: Scope, path: str) -> Value:
    found = _inside(scope, path)
    return found if isinstance(found, Unknown) else scope.module.tree.is_file(found)


def _fileset(scope: Scope, path: str, pattern: str) -> Value:
    found = _inside(scope, path)
    if isinstance(found, Unknown):
        return Unknown(found.cause, kind="set", not_null=True)
    wanted = _glob(posixpath.normpath(pattern))
    folder = "" if found == "." else found
    return set_of([name for name in _below(scope.module.tree, folder, "") if wanted.fullmatch(name)], STRING)


def _below(tree: Tree, folder: str, prefix: str) -> Iterator[str]:
    """Yield the files below a folder, relative to it."""
    open_folders = [prefix]
    count = 0
    while open_folders:
        inner = open_folders.pop()
        for name in tree.children(posixpath.join(folder, inner).rstrip("/")):
            count += 1
            if count > MAX_FILES:
                raise EvaluationError("the folder holds too many files")
            if name.endswith("/"):
                open_folders.append(inner + name)
            else:
                yield inner + name


def _glob(pattern: str) -> re.Pattern[str]:
    """Translate a pattern of doublestar: ``*``, ``**``, ``?``, ``[…]``, ``{a,b}``."""
    translated = ""
    depth = 0
    for piece in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|\\.|.", pattern, re.DOTALL):
        if piece == "{":
            depth += 1
        elif piece == "}" and depth:
            depth -= 1
        translated += _GLOB.get(piece) or _glob_piece(piece, depth)
    if depth:
        raise EvaluationError("a brace in the pattern is never closed")
    return re.compile(translated)


_GLOB = {"**/": "(?:[^/]+/)*+", "**": ".*+", "*": "[^/]*", "?": "[^/]", "{": "(?:"}


def _glob_piece(piece: str, depth: int) -> str:
    if piece.startswith("[") and len(piece) > 1:
        return "[" + ("^" if piece[1] in "^!" else "") + piece[1:-1].lstrip("^!").replace("\\", "\\\\") + "]"
    if piece == ",":
        return "|" if depth else ","
    return ")" if piece == "}" else re.escape(piece[-1])


class _TemplateNames(NamedTuple):
    """What a template may name: the variables it was given, and nothing of the module."""

    tree: Tree
    folder: str
    budget: Budget

    @property
    def functions(self) -> Mapping[str, Function]:
        """No functions of their own."""
        return {}

    def root(self, name: str) -> Value:
        """Refuse."""
        raise EvaluationError(f"the template names {name}, which it was not given")


def read_text(scope: Scope, path: str) -> Value:
    """Return a file's text; unknown outside the tree. Raises EvaluationError where there is no such file."""
    content = _content(scope, path)
    return content if isinstance(content, Unknown) else _text(content)


def render(scope: Scope, template: str, variables: Mapping[str, Value]) -> Value:
    """Evaluate the text of a template with nothing but the variables; raise EvaluationError."""
    names = _TemplateNames(scope.module.tree, scope.module.folder, scope.module.budget)
    depth = scope.bound.get("\0depth", 0)
    if depth > 10:
        raise EvaluationError("templates call each other too deeply")
    try:
        return evaluate(parse_template(template), Scope(names, {**variables, "\0depth": depth + 1}))
    except HclError as error:
        raise EvaluationError(f"the template is broken: {error.message}") from error


def _templatefile(scope: Scope, path: Value, variables: Value) -> Value:
    if isinstance(variables, Lazy):
        return variables.unknown()
    content = _content(scope, path)
    return (
        Unknown(content.cause, kind="string", not_null=True)
        if isinstance(content, Unknown)
        else render(scope, _text(content), mapping(variables))
    )


def _templatestring(scope: Scope, template: str, variables: Value) -> Value:
    return render(scope, template, mapping(variables))


def _basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path.startswith("/") else ".")


def _dirname(path: str) -> str:
    found = posixpath.normpath(posixpath.dirname(path)) if posixpath.dirname(path) else "."
    return "/" if found == "//" else found


def _pathexpand(path: str) -> Value:
    return Unknown("the home folder depends on the machine", kind="string", not_null=True) if path.startswith("~") else path


def _abspath(path: str) -> Value:
    if path.startswith("/"):
        return posixpath.normpath(path)
    return Unknown("an absolute path depends on the machine", kind="string", not_null=True)


FUNCTIONS = {
    "abspath": function(_abspath, "string -> string"),
    "basename": function(_basename, "string -> string"),
    "dirname": function(_dirname, "string -> string"),
    "file": function(_reading(_text), "string -> string", scoped=True),
    "filebase64": function(_reading(_base64), "string -> string", scoped=True),
    "filebase64sha256": function(_reading(_base64_hash("sha256")), "string -> string", scoped=True),
    "filebase64sha512": function(_reading(_base64_hash("sha512")), "string -> string", scoped=True),
    "fileexists": function(_fileexists, "string -> bool", scoped=True),
    "filemd5": function(_reading(_hexadecimal("md5")), "string -> string", scoped=True),
    "fileset": function(_fileset, "string string -> set", scoped=True),
    "filesha1": function(_reading(_hexadecimal("sha1")), "string -> string", scoped=True),
    "filesha256": function(_reading(_hexadecimal("sha256")), "string -> string", scoped=True),
    "filesha512": function(_reading(_hexadecimal("sha512")), "string -> string", scoped=True),
    "pathexpand": function(_pathexpand, "string -> string"),
    "templatefile": function(_templatefile, "string any -> string", scoped=True, shallow=True),
    "templatestring": function(_templatestring, "string any -> string", scoped=True, shallow=True),
}
