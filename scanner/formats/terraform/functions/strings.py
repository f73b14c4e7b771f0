"""Functions over strings."""

from __future__ import annotations

import re
import unicodedata

from scanner.formats.terraform.functions.formatting import format_list, format_text
from scanner.formats.terraform.functions.lists import whole
from scanner.formats.terraform.functions.regular import captures, captures_type, compiled, expand_all
from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.functions.text import graphemes
from scanner.formats.terraform.limits import MAX_TEXT
from scanner.formats.terraform.types import STRING, list_of
from scanner.formats.terraform.values import EvaluationError, Value

_SPACE = " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_LINE_ENDS = re.compile(r"[\r\n]+\Z")


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(char.lower()[0] for char in text)


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(_one_to_one(char, char.upper()) for char in text)


def _one_to_one(char: str, changed: str) -> str:
    """Go maps each character to one: what would become several stays."""
    return changed if len(changed) == 1 else char


def _title(text: str) -> str:
    """Raise the first letter of each word; words end where Go's ``strings.Title`` says."""
    previous = " "
    result = []
    for char in text:
        result.append(_one_to_one(char, char.title()) if _separates(previous) else char)
        previous = char
    return "".join(result)


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return not (char.isalpha() or unicodedata.category(char).startswith("N")) and char.isspace()


def _indent(spaces: Value, text: str) -> str:
    if not 0 <= whole(spaces) <= 1000:
        raise EvaluationError("the indentation is negative or too large")
    return text.replace("\n", "\n" + " " * spaces)


def _substr(text: str, offset: Value, length: Value) -> str:
    characters = graphemes(text)
    start, count = whole(offset), whole(length)
    if start < 0:
        start = max(start + len(characters), 0)
        count = count or -1  # Terraform gives the rest here
    return "".join(characters[start:] if count < 0 else characters[start : start + count])


def _replace(text: str, wanted: str, replacement: str) -> str:
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return expand_all(compiled(wanted[1:-1]), text, replacement)
    if text.count(wanted) * len(replacement) > MAX_TEXT:
        raise EvaluationError("the text becomes too long")
    return text.replace(wanted, replacement)


def _regex(pattern: str, text: str) -> Value:
    expression = compiled(pattern)
    found = expression.search(text)
    if found is None:
        raise EvaluationError("the pattern does not match")
    return captures(expression, text, found)


def _regexall(pattern: str, text: str) -> Value:
    expression = compiled(pattern)
    found = [captures(expression, text, match) for match in expression.finditer(text)]
    return list_of(found, captures_type(expression))


def _split(separator: str, text: str) -> Value:
    return list_of(text.split(separator) if separator else list(text), STRING)


FUNCTIONS = {
    "chomp": function(lambda text: _LINE_ENDS.sub("", text), "string -> string", woven=True),
    "endswith": function(str.endswith, "string string -> bool"),
    "format": function(format_text, "string any... -> string", nulls=True, woven=True),
    "formatlist": function(format_list, "string any... -> list", nulls=True, shallow=True),
    "indent": function(_indent, "number string -> string"),
    "lower": function(_lower, "string -> string"),
    "regex": function(_regex, "string string"),
    "regexall": function(_regexall, "string string -> list"),
    "replace": function(_replace, "string string string -> string"),
    "split": function(_split, "string string -> list"),
    "startswith": function(str.startswith, "string string -> bool"),
    "strcontains": function(str.__contains__, "string string -> bool"),
    "strrev": function(lambda text: "".join(reversed(graphemes(text))), "string -> string"),
    "substr": function(_substr, "string number number -> string"),
    "title": function(_title, "string -> string"),
    "trim": function(str.strip, "string string -> string"),
    "trimprefix": function(str.removeprefix, "string string -> string"),
    "trimspace": function(lambda text: text.strip(_SPACE), "string -> string", woven=True),
    "trimsuffix": function(str.removesuffix, "string string -> string"),
    "upper": function(_upper, "string -> string"),
}
