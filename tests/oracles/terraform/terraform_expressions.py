"""Expressions made systematically: every function with arguments of many kinds, every operator with operands of many kinds.

A bare ``null`` is given to ``format`` nowhere: Terraform takes it for unknown there, as it has no type, and our null never has one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

POOLS = {
    "string": [
        '""', '"a"', '"Hello World"', '"  x y\\t"', '"é"', '"ab\\u0301c"', '"12"', '"1.5"', '"true"', '"a,b,,c"', '"line1\\nline2\\n"',
        '"a/b/c.txt"', '"$${x}"', '"<&>\\""', '"日本語"', '"👍🏽x"', '"foo-bar_baz qux"',
    ],
    "number": ["0", "1", "-1", "2", "3", "10", "255", "1.5", "-2.25", "0.1", "1e3", "100000000000000000000", "1/3"],
    "small": ["0", "1", "2", "-1", "5"],
    "bool": ["true", "false"],
    "list": [
        "[]", '["a"]', '["b","a","b"]', "[1,2,3]", '["a",1,true]', 'tolist(["x","y","x"])', "tolist([3,1,2])", 'toset(["b","a"])',
        '[["a","b"],["c"]]', "[{a=1},{a=2}]", "tolist([])", "toset([2,10])", '[[["x"]],[]]',
    ],
    "strings": ['["b","a","b"]', "[]", 'tolist(["x","Y","z10","z9"])', 'toset(["b","a"])', "[1,2]", '["a", null]', '["", "a", ""]', '["ä","z","a"]'],
    "numbers": ["[1,2,3]", "[]", '["1","2.5"]', "toset([3,4])", "[1, null]", "[0.1,0.2]"],
    "bools": ["[true,true]", "[true,false]", "[]", '["true"]', "[null]", "[false]"],
    "map": [
        "{}", "{a=1}", '{a="x",b="y"}', '{b=1,a="z"}', 'tomap({a="1",b="2"})', "{a=null}", '{k=["x","y"],j=["x"]}', "{a={b={c=1}}}",
    ],
    "key": ['"a"', '"b"', '"zz"', "1"],
    "set": ['["a","b"]', 'toset(["b","c"])', "[]", "[1,2]", "toset([])", "[{a=1},{a=2},{a=10}]"],
    "cidr": ['"10.0.0.0/8"', '"192.168.1.17/24"', '"fd00:fd12:3456:7890::/56"', '"10.0.0.1/32"', '"0.0.0.0/0"', '"10.0.0.0"', '"::/0"'],
    "time": ['"2018-01-02T23:12:01Z"', '"2020-02-29T00:00:00+05:30"', '"1999-12-31T23:59:59-08:00"', '"2018-01-02"', '"2018-01-02T12:00:00.5Z"'],
    "duration": ['"10m"', '"-1h30m"', '"1h2m3.5s"', '"100ms"', '"1d"', '"0"', '"24h"'],
    "date_format": [
        '"YYYY-MM-DD\'T\'hh:mm:ssZ"', '"EEEE, DD-MMM-YY hh:mm:ss ZZZ"', '"EEE MMMM D H h m s AA aa"', '"Z ZZZZ ZZZZZ"', '"\'it\'\'s\' YY"', '"X"', '""',
        '"h\'h\'mm M/D"',
    ],
    "pattern": [
        '"a"', '"[a-z]+"', '"(a)(b)?"', '"(?P<first>\\\\w)(?P<rest>\\\\w*)"', '"^Hel"', '"o$"', '"\\\\d+"', '"."', '"x*"', '"(?i)HELLO"', '"a|ab"',
        '"\\\\bW"', '"[[:upper:]]"', '"(l+)o"', '"[^a-z ]"', '"\\\\s+"', '"("', '"(?:a|b),?"', '"(?m)^line"', '"l{2}"', '"[.\\\\-_]"',
    ],
    "replacement": ['"-"', '"<$1>"', '"$${1}x"', '""', '"$$"', '"$0$0"'],
    "searched": ['"/[a-z]/"', '"l"', '"/(l)(o)/"', '""', '"/"', '"//"', '" "', '"/\\\\W+/"', '"/(?P<x>o)/"'],
    "format": [
        '"%s"', '"%5s|"', '"%-5s|"', '"%q"', '"%v"', '"%#v"', '"%d"', '"%05d"', '"%+d"', '"%x"', '"%X"', '"%o"', '"%b"', '"%f"', '"%.2f"', '"%8.3f"',
        '"%e"', '"%g"', '"%t"', '"%%"', '"%"', '"%z"', '"% d"', '"%.1s"', '"%[1]v"', '"%[2]v"', '"%06.2f"', '"%G"', '"%.3g"', '"%-08d|"',
    ],
    "json": ['"{}"', '"[1, 2.50, null]"', '"{\\"a\\": {\\"b\\": [true, \\"x\\"]}}"', '"1e3"', '"x"', '"\\"\\\\u00e9\\""', '" 5 "', '"[1,]"', '"12345678901234567890"'],
    "yaml": [
        '"a: 1"', '"- x\\n- 0x1f\\n- 0o17\\n- 1_000"', '"a: &x [1, yes, no, ~]\\nb: *x"', '"\\"q\\": \'s\'"', '"a: |\\n  t\\n  u\\n"', '"a: >\\n  t\\n  u\\n"',
        '"2020-01-01"', '"x: 2020-01-01 10:00:00"', '"a: b: c"', '""', '"null"', '"- 1.50\\n- 1e3\\n- .5\\n- -7\\n- +3"', '"{a: [1, {b: c}]}"', '"true"',
        '"on: off"', '"!!str 12"', '"<<: {a: 1}\\nb: 2"', '"a: 1\\na: 2"', '"- \'\'\\n- \\"\\"\\n-"',
    ],
    "csv": ['"a,b\\n1,2\\n3,4\\n"', '"a\\n\\"x\\"\\"y\\""', '"a,b\\n1\\n"', '"a,a\\n1,2"', '"a"', '"a,b\\n\\" p\\", q \\n"'],
    "any": [
        "null", '"s"', '"7"', "7", "1.5", "true", '"false"', '[1,"a"]', 'tolist(["x"])', 'toset(["y","x"])', "{a=1}", 'tomap({k="v"})', "[]", "{}",
        "[1,2]", '{a="x",b="y"}', "[[1],[2]]", '[{a=1},{a="b"}]', "{a=[1],b=[2,3]}", "[[1],{a=1}]",
    ],
    "given": ['"s"', '"7"', "7", "1.5", "true", '[1,"a"]', "{a=1}", "-12", "1e21", '"é"', "100000000"],
    "base64": ['"aGVsbG8="', '"w6k="', '"aGk"', '"%%"', '""', '"/w=="'],
    "encoding": ['"UTF-8"', '"UTF-16LE"', '"UTF-16BE"', '"windows-1252"', '"ISO-8859-1"', '"nope"', '"Shift_JIS"'],
    "int_text": ['"FF"', '"-10"', '"zz"', '"101"', '"7"', '""', '"1.5"', '"Zz"', '"0x1"', '"+5"'],
    "base": ["2", "10", "16", "36", "62", "1", "63"],
    "size": ["1", "2", "0", "10", "-1"],
    "bits": ["4", "8", "0", "1", "40"],
    "at": ["0", "1", "2", "-1", "3", "100", "1.5"],
    "default": ['"d"', "1", "null", "[]"],
    "cut": ['"a"', '" "', '"lo"', '"xyz"', '""', '"é"'],
    "separator": ['","', '""', '" "', '"ab"', '"l"'],
    "power": ["0", "2", "-1", "0.5", "10"],
    "algebra": ["0", "1", "2", "10", "0.5", "-4", "100"],
    "namespace": ['"dns"', '"url"', '"oid"', '"x500"', '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"', '"nope"'],
}  # fmt: skip

CALLS = {
    "abs": "number", "alltrue": "bools", "anytrue": "bools", "base64decode": "base64", "base64encode": "string", "base64sha256": "string",
    "base64sha512": "string", "basename": "string", "ceil": "number", "chomp": "string", "chunklist": "list size", "cidrhost": "cidr at",
    "cidrnetmask": "cidr", "cidrsubnet": "cidr bits at", "cidrsubnets": "cidr bits bits", "coalesce": "any any", "coalescelist": "list list",
    "compact": "strings", "concat": "list list", "contains": "list any", "csvdecode": "csv", "dirname": "string", "distinct": "list",
    "element": "list at", "endswith": "string cut", "flatten": "list", "floor": "number", "format": "format given", "formatdate": "date_format time",
    "formatlist": "format list", "indent": "small string", "index": "list any", "join": "separator strings", "jsondecode": "json",
    "jsonencode": "any", "keys": "map", "length": "any", "log": "algebra algebra", "lookup": "map key default", "lower": "string",
    "matchkeys": "strings strings strings", "max": "number number", "md5": "string", "merge": "map map", "min": "number number", "one": "list",
    "parseint": "int_text base", "pow": "algebra power", "range": "small small", "regex": "pattern string", "regexall": "pattern string",
    "replace": "string searched replacement", "reverse": "list", "setintersection": "set set", "setproduct": "set strings",
    "setsubtract": "set set", "setunion": "set set", "sha1": "string", "sha256": "string", "sha512": "string", "signum": "number",
    "slice": "list at at", "sort": "strings", "split": "separator string", "startswith": "string cut", "strcontains": "string cut",
    "strrev": "string", "substr": "string at at", "sum": "numbers", "textdecodebase64": "base64 encoding", "textencodebase64": "string encoding",
    "timeadd": "time duration", "timecmp": "time time", "title": "string", "tobool": "any", "tolist": "any", "tomap": "any", "tonumber": "any",
    "toset": "any", "tostring": "any", "transpose": "map", "trim": "string cut", "trimprefix": "string cut", "trimspace": "string",
    "trimsuffix": "string cut", "upper": "string", "urlencode": "string", "uuidv5": "namespace string", "values": "map", "yamldecode": "yaml",
    "yamlencode": "any", "zipmap": "strings list",
}  # fmt: skip
EACH = 24
OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"]
OPERANDS = ["0", "3", "-7", "2.5", "0.1", '"12"', '"a"', "true", '"false"', "null", "[1]", "{a=1}", "tolist([1])", "1e30"]
TWICE = [
    "jsonencode(yamldecode(yamlencode({any})))", "jsondecode(jsonencode({any}))", "yamldecode(yamlencode({any}))", "[for x in {list} : x]",
    "{{for k, v in {map} : k => v}}", "{{for k, v in {map} : v => k...}}", '[for k, v in {list} : "${{k}}" if k != 1]', "{list}[*]", "{list}.*.a",
    "{list}[0]", "{map}.a", '{map}["a"]', "{any} == {any2}", "true ? {any} : {any2}", "false ? {any} : {any2}", "[{any}, {any2}]",
    "tolist([{any}, {any2}])", "tomap({{a = {any}, b = {any2}}})", '"<${{{any}}}>"', "can({any}.a)", "try({any}.a, {any2})", "length({string})",
    'format("%s-%v", {string}, {given})', "merge({map}, {map2})", "setproduct({list}, {set})", "-{number}", "!{any}", "{number} + {number2}",
    "{number} * {number2}", "{number} / {number2}", "{number} % {number2}", "{number} - {number2}", 'format("%g %e %.4f", {number}, {number}, {number})',
    "jsonencode({list})", "flatten([{list}, {list2}])", '"%{{ for x in {strings} ~}} <${{x}}> %{{ endfor ~}}"', '"%{{ if {bool} }}yes%{{ else }}no%{{ endif }}"',
    "toset([{any}, {any2}])", "concat({list}, {strings})", "lookup({map}, {key}, {any})", "one({list}[*])", "distinct([{any}, {any2}, {any}])",
    "sum([{number}, {number2}])", 'formatlist("%s=%v", {strings}, {given})', "format({format}, {number})", "format({format}, {string})",
]  # fmt: skip


def expressions() -> list[str]:
    """Return all of them, each once, in an order that never changes."""
    found = [*_calls(), *_operations(), *_templates()]
    return list(dict.fromkeys(found))


def _sample(items: Sequence[Sequence[str]], count: int) -> list[Sequence[str]]:
    """Choose evenly, so that every argument takes many values."""
    step = max(1, len(items) // count) | 1
    return [items[(at * step + at // 7) % len(items)] for at in range(min(count, len(items)))]


def _calls() -> Iterator[str]:
    for name, pools in CALLS.items():
        combinations = list(itertools.product(*(POOLS[pool] for pool in pools.split())))
        for arguments in _sample(combinations, EACH):
            yield f"{name}({', '.join(arguments)})"


def _operations() -> Iterator[str]:
    for operator in OPERATORS:
        for left, right in itertools.product(OPERANDS, OPERANDS):
            if operator not in {"&&", "||"} or left in {"null", '"a"', "[1]"}:  # since 1.12 the right side may be left out
                yield f"{left} {operator} {right}"
    for left, right in itertools.product(["true", "false", '"true"'], repeat=2):
        yield from (f"{left} && {right}", f"{left} || {right}", f"!{left} == {right}")


def _templates() -> Iterator[str]:
    for template in TWICE:
        names = sorted({name.rstrip("2") for name in POOLS if f"{{{name}}}" in template or f"{{{name}2}}" in template})
        pools = [POOLS[name] for name in names for _ in range(2)]
        for chosen in _sample(list(itertools.islice(itertools.product(*pools), 100_000)), EACH):
            values = {name + suffix: chosen[2 * at + second] for at, name in enumerate(names) for second, suffix in enumerate(("", "2"))}
            yield template.format(**values)
