"""Secrets that are recognised by their own looks, wherever they stand: known key formats, credentials in URLs and command lines.

Each row is a cheap marker and a pattern, so that a text without the marker never pays for compiling the pattern. The group ``secret``
(or the whole match) is hidden. Formats as their issuers document them; prefixes also listed at
https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns (read in November 2026).
"""

from __future__ import annotations

from scanner.mask.names import NAME_KEYS, VALUE_KEYS, is_secret
from scanner.patterns import pattern
from scanner.typed import Iterator

Range = tuple[int, int]

_FORMATS = (
    ("AKIA", r"AKIA[0-9A-Z]{12,}"),
    ("ASIA", r"ASIA[0-9A-Z]{12,}"),
    *((mark, rf"{mark}[0-9A-Za-z]{{20,}}") for mark in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("github_pat_", r"github_pat_\w{20,}"),
    ("glpat-", r"glpat-[\w-]{16,}"),
    ("xox", r"xox[a-z]-[0-9A-Za-z-]{8,}"),
    ("xapp-", r"xapp-[0-9A-Za-z-]{8,}"),
    ("hooks.slack.com", r"hooks\.slack\.com/services/(?P<secret>[\w/]+)"),
    ("eyJ", r"eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?"),
    ("AIza", r"AIza[\w-]{30,}"),
    ("k_", r"\b[sr]k_(?:live|test)_[0-9A-Za-z]{12,}"),
    ("sk-", r"\bsk-[\w-]{20,}"),
    ("SG.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    ("npm_", r"\bnpm_[0-9A-Za-z]{30,}"),
    ("pypi-", r"\bpypi-[\w-]{30,}"),
    ("dop_v1_", r"\bdo[opr]_v1_[0-9a-f]{32,}"),
    ("dckr_pat_", r"\bdckr_pat_[\w-]{20,}"),
    ("hv", r"\bhv[sbr]\.[\w-]{20,}"),
    ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-[0-9A-Z]{20,}"),
    ("Q~", r"\b[\w~.-]{3}\dQ~[\w~.-]{31,34}"),
    ("PRIVATE KEY", r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?P<secret>(?:(?!-----END).)*+)"),
    ("://", r"://[^\s/:@\"']{0,200}+:(?!\d+/)(?P<secret>[^\s/@\"']{1,500}+(?:/[^\s@\"'/]{0,200}+)?)@"),
    ("http", r"https?://(?P<secret>[^\s/:@\"'?#]{1,500}+)@"),
    *(
        (mark, rf"(?<![\w-])(?:{option})[\s\"',=]*+(?!\d+:\d+\b)[^\s\"':,]{{0,200}}+:(?P<secret>[^\s\"',]{{1,500}})")
        for mark, option in (("-u", "-u"), ("-U", "-U"), ("user", "--(?:proxy-)?user(?:name)?"))
    ),
    ("mysql", r"\bmysql\w*+[^|;&]{0,300}?\s-p(?P<secret>[^\s\"']{1,200})"),
    ("mariadb", r"\bmariadb\w*+[^|;&]{0,300}?\s-p(?P<secret>[^\s\"']{1,200})"),
    ("sshpass", r"\bsshpass[\s\"',]+-p[\s\"',]*(?P<secret>[^\s\"']{1,200})"),
    ("redis-cli", r"\bredis-cli[^|;&]{0,300}?\s-a[\s\"',]*(?P<secret>[^\s\"']{1,200})"),
    ("docker login", r"\bdocker login[^|;&]{0,300}?\s-p[\s\"',]*(?P<secret>[^\s\"']{1,200})"),
    ("earer", r"\b[Bb]earer\s+(?P<secret>[\w+/=.~-]{12,})"),
    ("asic", r"\b[Bb]asic\s+(?P<secret>(?=[A-Za-z]*[\d=+/])[A-Za-z0-9+/=]{8,})"),
)
_FLAG = r"(?<![\w-])--?(?P<key>[A-Za-z][\w-]*+)(?:\s++|\s*+[\"']\s*+,\s*+[\"'])(?!-)(?P<value>\"[^\"]*+\"|'[^']*+'|[^\s\"',\]]++)"
_ASSIGNED = r"(?<![\w.-])(?P<key>[\w.-]*+)=(?P<value>\"[^\"]*+\"|'[^']*+'|[^\s\"',;&)}\]]++)"
_PAIR = (
    r"(?<![\w.-])(?P<key>[\w.-]++)[\"']?\s*+(?:=(?!=)|:(?!//))\s*+"
    r"(?P<value>\"(?:[^\"\\]|\\.)*+\"?|'[^']*+'?|[^\s,;&)}\]\"'{\[][^,;&)}\]\"']*+)"
)
_REFERENCE = (
    r"(?:var|local|module|data|each|(?:azurerm|azuread|aws|google|random|tls|kubernetes|digitalocean|vault)_\w+)\.[\w.\[\]\"*-]+"
    r"|\$\{(?:[\w.-]|\[\d+\])+\}|\$\([A-Za-z_]\w*\)|\$[A-Z_][A-Z0-9_]*|\$\{\{\s*[\w.-]+\s*\}\}|\[\[?(?:parameters|variables|current|field)\('[\w.-]+'\)\]|\{\{-?\s*[.$]?[\w.$]+(?:\s*\|\s*\w+)*\s*-?\}\}"
)
BESIDE_KEY = frozenset(("name", "operator", "values", "effect", "path", "tolerationSeconds"))
_NOTHING = frozenset(("true", "false", "null", "~", "yes", "no", "on", "off", "read", "write", "none", "|", ">", "|-", ">-"))


def recognised(text: str) -> Iterator[Range]:
    """Find secrets that their looks give away in any text: known formats, URLs and command lines."""
    for marker, looks in _FORMATS:
        if marker in text:
            for found in pattern(looks).finditer(text):
                yield found.span("secret") if "secret" in found.groupdict() else found.span()
    if "-" in text:
        yield from _named(_FLAG, text)
    if "=" in text:
        yield from _named(_ASSIGNED, text)


def paired(line: str, start: int = 0, named: bool = False) -> Iterator[Range]:
    """Find the values beside secret names in one line of source from a column on: ``password: x``, ``{name: TOKEN, value: x}``.

    ``named`` says that the item begun before holds a secret; a lone ``key`` beside ``name`` or ``operator`` is a reference.
    """
    pairs = [(found["key"], found["value"], found.span("value")) for found in pattern(_PAIR).finditer(line[start:])]
    named = named or any(key.lower() in NAME_KEYS and is_secret(unquoted(value)) for key, value, _ in pairs)
    refers = any(key in BESIDE_KEY for key, _, _ in pairs)
    for key, value, (begin, end) in pairs:
        word = key.lower()
        hide = named if word in VALUE_KEYS else is_secret(key) and not (word == "key" and (refers or named))
        if hide and not says_nothing(value):
            yield start + begin, start + end


def says_nothing(value: str) -> bool:
    """Tell whether a written value is no secret in itself: a boolean, an opening bracket, a reference to something elsewhere."""
    bare = unquoted(value)
    return (
        not bare.strip("{}[](), ")
        or bare.lower() in _NOTHING
        or (("." in bare or bare[0] in "$[{") and pattern(_REFERENCE).fullmatch(bare) is not None)
    )


def is_secret_flag(argument: str) -> bool:
    """Tell whether an argument is an option such as ``--password`` or ``-u``, so that the next one is its secret value."""
    found = pattern(r"--?(?:[uU]|(?P<name>[A-Za-z][\w-]*))").fullmatch(argument)
    return found is not None and (found["name"] is None or is_secret(found["name"]))


def unquoted(value: str) -> str:
    """Strip blanks, a comma and quotes around a written value."""
    return value.strip().rstrip(",").strip("\"'").strip()


def _named(looks: str, text: str) -> Iterator[Range]:
    for found in pattern(looks).finditer(text):
        if is_secret(found["key"]) and not says_nothing(found["value"]):
            yield found.span("value")
