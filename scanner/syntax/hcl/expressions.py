"""Tokens → expressions: a cursor over tokens, and one method for each rule of the grammar."""

from __future__ import annotations

from scanner.syntax.hcl.lexer import MAX_NESTING, HclError, Token
from scanner.syntax.hcl.nodes import Call, Conditional, Expression, For, Get, Index, Item, Literal, Object, Operation, Root, Splat, Tuple
from scanner.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

MAX_CHAIN = 300
MAX_DIGITS = 1000
_LEVELS = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}


class Cursor:
    """Where we are in a list of tokens, and how deep."""

    __slots__ = ("at", "depth", "tokens")

    def __init__(self, tokens: list[Token], depth: int = 0) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = depth

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def peek(self, distance: int = 1) -> str:
        """Return the kind of a token further on."""
        at = self.at + distance
        return self.tokens[at].kind if at < len(self.tokens) else "end"

    def take(self) -> Token:
        """Return the next token and step over it; the end is never stepped over."""
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def accept(self, kind: str) -> bool:
        """Step over the next token if it is of this kind."""
        if self.tokens[self.at].kind != kind:
            return False
        self.at += 1
        return True

    def expect(self, kind: str) -> Token:
        """Return the next token, which must be of this kind; raise HclError."""
        token = self.tokens[self.at]
        if token.kind != kind:
            raise unexpected(token, repr(kind) if kind not in {"word", "end"} else {"word": "a name", "end": "the end"}[kind])
        if kind != "end":
            self.at += 1
        return token

    def word(self, *words: str) -> bool:
        """Step over one of these words."""
        token = self.tokens[self.at]
        if token.kind != "word" or token.value not in words:
            return False
        self.at += 1
        return True

    def skip_newlines(self) -> None:
        """Step over newlines."""
        while self.tokens[self.at].kind == "newline":
            self.at += 1


def unexpected(token: Token, wanted: str) -> HclError:
    """Say that something else stands where ``wanted`` should."""
    if token.kind == "bad":
        return HclError(token.value, token.start)
    found = {"end": "the end", "newline": "the end of the line", "template": "a string"}.get(token.kind, repr(token.value))
    return HclError(f"{wanted} is missing before {found}", token.start)


def expression(cursor: Cursor) -> Expression:
    """Read one expression; raise HclError."""
    cursor.depth += 1
    if cursor.depth > MAX_NESTING:
        raise HclError("the expression is nested too deeply", cursor.token.start)
    left = _binary(cursor, 1)
    if cursor.accept("?"):
        yes = expression(cursor)
        cursor.expect(":")
        no = expression(cursor)
        left = Conditional(left, yes, no, left.start, no.end)
    cursor.depth -= 1
    return left


def _binary(cursor: Cursor, minimum: int) -> Expression:
    """Read operators that bind at least as tightly as ``minimum``."""
    left = _unary(cursor)
    for _ in range(MAX_CHAIN):
        token = cursor.token
        level = _LEVELS.get(token.kind, 0)
        if level < minimum:
            return left
        cursor.at += 1
        right = _binary(cursor, level + 1)
        left = Operation(token.kind, (left, right), left.start, right.end)
    raise HclError("the expression has too many operators", cursor.token.start)


def _unary(cursor: Cursor) -> Expression:
    """Read a term, or ``-`` or ``!`` and what it applies to."""
    token = cursor.token
    if token.kind not in {"-", "!"}:
        return _postfix(cursor, _term(cursor))
    cursor.at += 1
    cursor.depth += 1
    if cursor.depth > MAX_NESTING:
        raise HclError("the expression is nested too deeply", token.start)
    operand = _unary(cursor)
    cursor.depth -= 1
    return Operation(token.kind, (operand,), token.start, operand.end)


def _postfix(cursor: Cursor, left: Expression) -> Expression:
    """Read attributes, indexes and splats behind a term."""
    for _ in range(MAX_CHAIN):
        kind = cursor.token.kind
        if kind == ".":
            left = _attribute_splat(cursor, left) if cursor.peek() == "*" else _step(cursor, left)
        elif kind == "[":
            left = _full_splat(cursor, left) if cursor.peek() == "*" and cursor.peek(2) == "]" else _index(cursor, left)
        else:
            return left
    raise HclError("the expression has too many steps", cursor.token.start)


def _step(cursor: Cursor, left: Expression) -> Expression:
    """Read ``.name`` or ``.0``; the lexer takes ``.0.1`` for a fraction, so that is cut again."""
    cursor.expect(".")
    token = cursor.take()
    if token.kind == "word":
        return Get(left, token.value, left.start, token.end)
    if token.kind != "number" or not token.value.replace(".", "").isdigit():
        raise unexpected(token, "a name")
    for digits in token.value.split("."):
        left = Index(left, Literal(int(digits), token.start, token.end), left.start, token.end)
    return left


def _index(cursor: Cursor, left: Expression) -> Expression:
    """Read ``[key]``."""
    cursor.expect("[")
    key = expression(cursor)
    end = cursor.expect("]").end
    return Index(left, key, left.start, end)


def _attribute_splat(cursor: Cursor, left: Expression) -> Expression:
    """Read ``.*`` and the attributes behind it; an index behind them looks into the result."""
    cursor.at += 1
    star = cursor.expect("*")
    rest: Expression = Item(star.start, star.end)
    while cursor.token.kind == "." and cursor.peek() != "*":
        rest = _step(cursor, rest)
    return Splat(left, rest, left.start, rest.end)


def _full_splat(cursor: Cursor, left: Expression) -> Expression:
    """Read ``[*]``; everything behind it looks at each item."""
    star = cursor.tokens[cursor.at + 1]
    cursor.at += 3
    cursor.depth += 1
    if cursor.depth > MAX_NESTING:
        raise HclError("the expression is nested too deeply", star.start)
    rest = _postfix(cursor, Item(star.start, star.end))
    cursor.depth -= 1
    return Splat(left, rest, left.start, rest.end)


def _term(cursor: Cursor) -> Expression:
    """Read what stands between operators."""
    token = cursor.take()
    kind = token.kind
    if kind == "string":
        return Literal(token.value, token.start, token.end)
    if kind == "word":
        return _named(cursor, token)
    if kind == "number":
        return Literal(number(token), token.start, token.end)
    if kind == "template":
        from scanner.syntax.hcl.templates import template  # the two need each other

        return template(token.value, token.start, token.end, cursor.depth)
    if kind == "(":
        inner = expression(cursor)
        cursor.expect(")")
        return inner
    if kind == "[":
        return _for(cursor, token, "]") if _begins_for(cursor) else _tuple(cursor, token)
    if kind == "{":
        return _for(cursor, token, "}") if _begins_for(cursor) else _object(cursor, token)
    raise unexpected(token, "a value")


def number(token: Token) -> int | Decimal:
    """Read a number: an int where it is whole, else a Decimal with every digit; raise HclError for one with too many."""
    text = token.value
    if text.isdigit() and len(text) < MAX_DIGITS:
        return int(text)
    from decimal import Context, Decimal  # fractions are rare

    value = Decimal(text)
    if len(text) >= MAX_DIGITS or not -MAX_DIGITS < value.adjusted() < MAX_DIGITS:
        raise HclError("the number has too many digits", token.start)
    return int(value) if value == value.to_integral_value(context=Context(prec=MAX_DIGITS)) else value.normalize(Context(prec=MAX_DIGITS))


def _named(cursor: Cursor, token: Token) -> Expression:
    """Read what begins with a word: a constant, a call, or a reference."""
    if cursor.token.kind in {"(", "::"}:
        return _call(cursor, token)
    if token.value in _WORDS:
        return Literal(_WORDS[token.value], token.start, token.end)
    return Root(token.value, token.start, token.end)


def _call(cursor: Cursor, token: Token) -> Expression:
    """Read ``name(arguments)`` or ``space::name(arguments)``."""
    name = token.value
    while cursor.accept("::"):
        name += "::" + cursor.expect("word").value
    cursor.expect("(")
    arguments: list[Expression] = []
    spread = False
    while cursor.token.kind != ")":
        arguments.append(expression(cursor))
        spread = cursor.accept("...")
        if spread or not cursor.accept(","):
            break
    end = cursor.expect(")").end
    return Call(name, tuple(arguments), spread, token.start, end)


def _tuple(cursor: Cursor, bracket: Token) -> Expression:
    """Read ``[a, b]``."""
    items: list[Expression] = []
    while cursor.token.kind != "]":
        items.append(expression(cursor))
        if not cursor.accept(","):
            break
    end = cursor.expect("]").end
    return Tuple(tuple(items), bracket.start, end)


def _object(cursor: Cursor, brace: Token) -> Expression:
    """Read ``{a = b}``: items are separated by commas or newlines."""
    items: list[tuple[Expression, Expression]] = []
    cursor.skip_newlines()
    while cursor.token.kind != "}":
        items.append(_item(cursor))
        if not cursor.accept(",") and cursor.token.kind not in {"newline", "}"}:
            raise unexpected(cursor.token, "a comma or a newline")
        cursor.skip_newlines()
    end = cursor.expect("}").end
    return Object(tuple(items), brace.start, end)


def _item(cursor: Cursor) -> tuple[Expression, Expression]:
    """Read ``key = value`` or ``key: value``; a bare word is the key itself."""
    token = cursor.token
    if token.kind == "word" and cursor.peek() in {"=", ":"}:
        cursor.at += 1
        key: Expression = Literal(token.value, token.start, token.end)
    else:
        key = expression(cursor)
    if not cursor.accept("=") and not cursor.accept(":"):
        raise unexpected(cursor.token, "'='")
    return key, expression(cursor)


def _begins_for(cursor: Cursor) -> bool:
    """Tell whether the bracket just read holds a for expression."""
    return cursor.token.kind == "word" and cursor.token.value == "for" and cursor.peek() == "word"


def _for(cursor: Cursor, bracket: Token, closer: str) -> Expression:
    """Read a for expression behind its bracket."""
    cursor.at += 1
    key, value, over = for_names(cursor)
    cursor.expect(":")
    result = expression(cursor)
    result_key = None
    if closer == "}":
        cursor.expect("=>")
        result_key, result = result, expression(cursor)
    group = closer == "}" and cursor.accept("...")
    condition = expression(cursor) if cursor.word("if") else None
    end = cursor.expect(closer).end
    return For(key, value, over, result_key, result, group, condition, bracket.start, end)


def for_names(cursor: Cursor) -> tuple[str | None, str, Expression]:
    """Read ``key, value in collection``."""
    key, value = None, cursor.expect("word").value
    if cursor.accept(","):
        key, value = value, cursor.expect("word").value
    if not cursor.word("in"):
        raise unexpected(cursor.token, "'in'")
    return key, value, expression(cursor)
