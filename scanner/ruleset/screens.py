"""A cheap first look: generated code that tells of most resources that a target has certainly nothing to say about them.

A screen answers True only where the compiled target would find nothing: the verdict is certain, whatever is unknown. It answers False
where it cannot tell, and the target is compiled and asked. Most rules have nothing to say about most resources, so that a scan compiles a
third of its rules, and walks a tenth of their conditions. Screens are written once, when rules are loaded, and remembered as code.

A condition becomes two expressions, *surely true* and *surely false*; what is not understood here is neither.
"""

from __future__ import annotations

import marshal
from types import CodeType

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule
from scanner.model.unknown import Amendment, Open, Unknown
from scanner.ruleset.blocks import compile_block
from scanner.ruleset.conversion import of_terraform
from scanner.ruleset.kinds import types_of
from scanner.ruleset.paths import EACH_KEY, ITEMS, KEYS, Filled, Glob, Step, Steps, Walk, parse
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.targets import Setting, once, scope_of, targets_of
from scanner.ruleset.walking import beyond, fits, walk
from scanner.typed import Any, Callable, Iterable, Mapping

Screen = Callable[[Subject], bool]
"""Takes a subject; True means that the target has nothing to say about it."""
_NO_INFORMATION = "False"
_NOBODY: Any = None
"""The subject for operators that look at none."""


class Sure(NamedTuple):
    """Two expressions over local names: one holds only where a condition is true, the other only where it is false."""

    true: str
    false: str

    def negated(self) -> Sure:
        """Return the opposite."""
        return Sure(self.false, self.true)


_MANY_GLOBS = 4
"""Globs of one map from which on a look at its keys alone pays."""
_UNSURE = Sure(_NO_INFORMATION, _NO_INFORMATION)


class Base(NamedTuple):
    """Where paths start: the local name of the value, and what the names of roots mean there."""

    name: str
    whole: bool
    judging: bool


def packed_screens(body: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Return the screen of each target of a rule as bytes, to be remembered with the rule; none where none can help."""
    codes = (_screen_code(target) for target, _ in targets_of(body))
    return tuple(marshal.dumps(code) if code is not None else b"" for code in codes)


def open_to(rule: Rule, number: int, body: Mapping[str, Any], setting: Setting, subjects: list[Subject]) -> list[Subject]:
    """Return the subjects that a rule's target, by its number and parts, may have something to say about."""
    if not subjects or not rule.screens or not rule.screens[number]:
        return subjects
    code = marshal.loads(rule.screens[number])  # noqa: S302 - of our own cache, which checks whose it is
    screen = screen_of(code, body, scope_of(types_of(body["match"], ()), setting))
    try:
        return [one for one in subjects if (one.data.__class__ is not dict and isinstance(one.data, Amendment)) or not screen(one)]
    except Exception:  # noqa: BLE001 - whose it is, is looked for one by one
        return [one for one in subjects if isinstance(one.data, Amendment) or not _silent(screen, one)]


def _silent(screen: Screen, subject: Subject) -> bool:
    try:
        return screen(subject)
    except Exception:  # noqa: BLE001 - what is wrong is found, and reported, where the rule itself is run
        return False


def _screen_code(body: Mapping[str, Any]) -> CodeType | None:
    """Return the code that makes the screen of one target (its parts as ``targets_of`` gives them); None where none can help."""
    match = body["match"]
    writer = _Writer(body, of_terraform(types_of(match, ())) if "fact" not in match else False)
    source = writer.source()
    return None if source is None else compile(source, "<screen>", "exec")


def screen_of(code: CodeType, body: Mapping[str, Any], scope: Scope) -> Screen:
    """Make the screen of a target; the operators that it asks for are compiled when it first does."""
    names: dict[str, Any] = {
        "step": _step,
        "walk": walk,
        "items": _items,
        "items_at": _items_at,
        "keys": _keys,
        "fitting": _fitting,
        "bears": _bears,
        "U": Unknown,
    }
    names["judge"] = lambda *pointer: _later(lambda: _judge(body, pointer, scope))
    names["pattern"] = lambda *pointer: _matcher(lambda: _patterns(_inside(body, pointer), scope))
    exec(code, names)  # noqa: S102 - our own code: rules enter it as quoted constants only
    screen: Screen = names["screen"]
    return screen


def _judge(body: Any, pointer: Pointer, scope: Scope) -> Callable[[Any], Any]:
    judge = compile_block(_inside(body, pointer), scope, pointer)
    return lambda value: judge(value, _NOBODY)


def _inside(body: Any, pointer: Pointer) -> Any:
    for key in pointer:
        body = body[key]
    return body


def _patterns(operand: Any, scope: Scope) -> list[Callable[[str], bool]]:
    from scanner.ruleset.regular import pattern  # not every scan has patterns

    texts = scope.params[operand["param"]] if isinstance(operand, dict) else operand
    return [pattern(text).matches for text in (texts if isinstance(texts, list) else [texts])]


def _matcher(build: Callable[[], list[Callable[[str], bool]]]) -> Callable[[str], bool]:
    built: list[Callable[[str], bool]] = []

    def matches(value: str) -> bool:
        nonlocal built
        for one in built or (built := build()):  # noqa: SIM110 - a generator takes as long as the patterns
            if one(value):
                return True
        return False

    return matches


def _later(build: Callable[[], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    built = once(build)

    def judge(value: Any) -> Any:
        return built()(value)

    return judge


def _step(value: Any, key: str | int) -> Any:
    return None if value is None else walk(value, (key,))


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, Unknown):
        return (beyond(value),)
    if isinstance(value, Open):
        return [*value.values(), value.rest]
    return value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()


def _items_at(value: Any, steps: Steps) -> Iterable[Any]:
    for step in steps:
        if value.__class__ is dict:
            value = value.get(step)
        elif value is None:
            return ()
        else:
            value = walk(value, (step,))
    return value if value.__class__ is list else () if value is None else _items(value)


def _fitting(value: Any, texts: tuple[str, ...]) -> Iterable[Any]:
    if not isinstance(value, dict):
        return (beyond(value),) if isinstance(value, Unknown) else ()
    first, last = texts[0], texts[-1]
    glob = Glob(texts)
    found = [item for key, item in value.items() if key.endswith(last) and key.startswith(first) and fits(key, glob)]
    return [*found, value.rest] if isinstance(value, Open) else found


def _bears(value: Any, ends: tuple[str, ...], starts: tuple[str, ...]) -> bool:
    """Tell whether a map may have a key that ends or starts so: one look at its keys saves one for each of many globs."""
    if not isinstance(value, dict) or isinstance(value, Open):
        return isinstance(value, Unknown | Open)
    return any(key.endswith(ends) or key.startswith(starts) for key in value)


def _first_walk(steps: Steps) -> int | None:
    return next((number for number, step in enumerate(steps) if isinstance(step, Walk | Glob)), None)


def _keys(value: Any) -> Iterable[Any]:
    if isinstance(value, Open):
        return [*value, value.rest]
    return (beyond(value),) if isinstance(value, Unknown) else value if isinstance(value, dict) else ()


class _Writer:
    """Writes the source of one screen."""

    def __init__(self, body: Mapping[str, Any], converts: bool) -> None:
        self._body = body
        self._converts = converts
        self._judges: list[Pointer] = []
        self._matches: list[Pointer] = []
        self._count = 0

    def source(self) -> str | None:
        """Return the whole source, or None where nothing could ever be told."""
        denies = "deny" in self._body
        word = "deny" if denies else "require"
        whole = Base("data", whole=True, judging=False)
        lines = ["def screen(subject):", "    data, pod = subject.data, subject.pod"]
        wheres = [(self._body["match"].get("where"), ("match", "where")), (self._body.get("where"), ("where",))]
        skips = [self.condition(tree, whole, False, at).false for tree, at in wheres if tree is not None]
        lines += [f"    if {skip}: return True" for skip in skips if skip != _NO_INFORMATION]
        if "each" in self._body:
            lines += self._each(self._body["each"], self._body[word], word, denies=denies)
        else:
            lines.append(f"    return {self._good(self._body[word], whole, word, denies=denies)}")
        if lines[-1] == f"    return {_NO_INFORMATION}" and len(lines) == 3:
            return None
        built = [f"{word}{number} = {word}{pointer!r}" for word, pointers in (("judge", self._judges), ("pattern", self._matches))
                 for number, pointer in enumerate(pointers)]  # fmt: skip
        return "\n".join([*built, *lines])

    def _good(self, tree: Any, base: Base, word: str, *, denies: bool) -> str:
        sure = self.condition(tree, base._replace(judging=True), not denies, (word,))
        return sure.false if denies else sure.true

    def _each(self, each: Any, tree: Any, word: str, *, denies: bool) -> list[str]:
        path, where = (each.get("path"), each.get("where")) if isinstance(each, dict) else (each, None)
        item = Base("item", whole=False, judging=False)
        lines = []
        for one in path if isinstance(path, list) else [path]:
            loops = self._loops(one)
            if loops is None:
                return [f"    return {_NO_INFORMATION}"]
            lines += [f"    for item in {loops}:"]
            if where is not None:
                lines += [f"        if {self.condition(where, item, False, ('each', 'where')).false}: continue"]
            lines += [f"        if not ({self._good(tree, item, word, denies=denies)}): return False"]
        return [*lines, "    return True"]

    def _loops(self, path: Any) -> str | None:
        """Return an expression of all the items that a path of ``each`` leads to."""
        steps = parse(path).steps
        if steps[-1] not in (ITEMS, EACH_KEY):
            steps = (*steps, ITEMS)
        found = self._place(steps, parse(path).root, Base("data", whole=True, judging=False))
        if found is None:
            return None
        start, rest = found
        return self._flat(start, rest)

    def _flat(self, start: str, rest: Steps) -> str | None:
        if not rest:
            return f"({start},)"
        at = _first_walk(rest)
        if at is None:
            return f"(walk({start}, {rest!r}),)"
        step = rest[at]
        if step is KEYS:
            return None
        if step is ITEMS and at:  # the most common by far
            listed = f"items_at({start}, {rest[:at]!r})"
        else:
            listed = _each_of(f"walk({start}, {rest[:at]!r})" if at else start, step)
        if not rest[at + 1 :]:
            return listed
        name = self._name()
        inner = self._flat(name, rest[at + 1 :])
        found = self._name()
        return None if inner is None else f"[{found} for {name} in {listed} for {found} in {inner}]"

    def _name(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def condition(self, tree: Any, base: Base, every: bool, at: Pointer) -> Sure:
        """Return when a condition tree is surely true and surely false; ``every`` is how ``[*]`` is meant."""
        return _all([self._entry(key, inner, base, every, (*at, key)) for key, inner in tree.items()])

    def _entry(self, key: Any, inner: Any, base: Base, every: bool, at: Pointer) -> Sure:
        if key == "not":
            return self.condition(inner, base, not every, at).negated()
        if key in ("all", "any"):
            parts = [self.condition(one, base, every, (*at, number)) for number, one in enumerate(inner)]
            if key == "any" and not every:
                parts = self._guarded(inner, parts, base)
            return _all(parts) if key == "all" else _any(parts)
        if key == "breaks" or (key == "count" and "of" in inner):
            return _UNSURE
        return self._clause(key, inner, base, every, at)

    def _guarded(self, trees: list[Any], parts: list[Sure], base: Base) -> list[Sure]:
        """Put one look at a map's keys before the many clauses that ask for some of them by globs: where none can fit, none has items."""
        globs = {number: steps for number, tree in enumerate(trees) if (steps := _globbed(tree))}
        maps = [steps[:-1] for steps in globs.values()]
        common = max(maps, key=maps.count, default=())
        numbers = [number for number, steps in globs.items() if steps[:-1] == common]
        found = self._place(common, parse(next(iter(trees[numbers[0]]))).root, base) if len(numbers) >= _MANY_GLOBS else None
        if found is None:
            return parts
        texts = [globs[number][-1].texts for number in numbers]
        ends, starts = sorted({one[-1] for one in texts} - {""}), sorted({one[0] for one in texts if not one[-1]})
        bears = f"bears({self._walked(*found)}, {tuple(ends)!r}, {tuple(starts)!r})"
        inner = _any([parts[number] for number in numbers])
        guarded = Sure(_joined("and", [bears, inner.true]), _joined("or", [f"not {bears}", inner.false]))
        return [guarded, *(part for number, part in enumerate(parts) if number not in numbers)]

    def _clause(self, path: str, block: Any, base: Base, every: bool, at: Pointer) -> Sure:
        route = parse(path)
        found = None if route.filled else self._place(route.steps, route.root, base)
        if found is None or any(word in block for word in ("unique", "not_unique")):
            return _UNSURE
        start, rest = found
        return self._reach(start, rest, every, lambda name: self._judged(name, block, base, every, at))

    def _judged(self, name: str, block: Any, base: Base, every: bool, at: Pointer) -> Sure:
        word = next((word for word in ("satisfies", "not_satisfies") if word in block), None)
        if word is None:
            return self._block(name, block, at)
        base = Base(name, whole=False, judging=base.judging)
        negated = word.startswith("not_")
        inner = self.condition(block[word], base, not every if negated else every, (*at, word))
        inner = inner.negated() if negated else inner
        absent, known = f"{name} is None", f"{name} is not None and {name}.__class__ is not U"
        decided = Sure(_joined("and", [known, inner.true]), _joined("and", [known, inner.false]))
        if block.get("absent", False):
            return Sure(_joined("or", [absent, decided.true]), decided.false)
        return Sure(decided.true, _joined("or", [absent, decided.false]))

    def _place(self, steps: Steps, root: str | None, base: Base) -> tuple[str, Steps] | None:
        """Return the local name where a path starts, and its steps from there; None for roots that are not followed here."""
        if any(isinstance(step, Filled) or step is KEYS for step in steps) or root in ("outer", "params", "platform", "key"):
            return None
        joins = self._body.get("join") or {}
        if root in joins:
            return None
        if root == "item" and not base.whole:
            return base.name, steps[1:]
        if root == "resource":
            rest = steps[1:]
            inner = rest[0] if rest and isinstance(rest[0], str) else None
            return (
                None if inner in ("resource", "item", "key") else self._place(rest, inner, Base("data", whole=True, judging=base.judging))
            )
        if root == "pod" and len(steps) > 1:
            if steps[1] == "containers":
                return (_CONTAINERS, steps[2:]) if steps[2:3] == (ITEMS,) else None
            return ("pod.data", steps[1:]) if steps[1] in ("spec", "metadata") else None
        if base.judging and base.whole and steps == ("metadata", "namespace"):
            return None
        return base.name, steps

    def _reach(self, start: str, rest: Steps, every: bool, judged: Callable[[str], Sure]) -> Sure:
        at = _first_walk(rest)
        if at is None:
            name = self._name()
            sure = judged(name)
            value = self._walked(start, rest)
            return Sure(*(_NO_INFORMATION if one == _NO_INFORMATION else f"(({name} := {value}) is {name} and ({one}))" for one in sure))
        name, found = self._name(), self._name()
        there, listed = f"({found} := {self._walked(start, rest[:at])})", _each_of(_CONTAINERS if start == _CONTAINERS else found, rest[at])
        sure = self._reach(name, rest[at + 1 :], every, judged)
        looks = [
            f"({there} is None or all({one} for {name} in {listed}))" if every is wanted
            else f"({there} is not None and any({one} for {name} in {listed}))"
            for one, wanted in zip(sure, (True, False), strict=True)
        ]  # fmt: skip
        return Sure(*(_NO_INFORMATION if one == _NO_INFORMATION else look for one, look in zip(sure, looks, strict=True)))

    def _walked(self, value: str, steps: Steps) -> str:
        for step in steps:
            name = self._name()
            value = f"({name}.get({step!r}) if ({name} := {value}).__class__ is dict else step({name}, {step!r}))"
        return value

    def _block(self, name: str, block: Any, at: Pointer) -> Sure:
        if _speaks_of_paths(block):
            return _UNSURE
        simple = (
            None if self._converts or "absent" in block else [self._operator(name, word, operand, at) for word, operand in block.items()]
        )
        if simple is not None and None not in simple:
            return _all([one for one in simple if one is not None])
        self._judges.append(at)
        judged = f"judge{len(self._judges) - 1}({name})"
        return Sure(f"{judged} is True", f"{judged} is False")

    def _operator(self, name: str, word: str, operand: Any, at: Pointer) -> Sure | None:
        if word.removeprefix("not_") != "matches" or not _is_pattern(operand):
            return _operator(name, word, operand)
        self._matches.append((*at, word))
        return _held(name, word, f"isinstance({name}, str) and pattern{len(self._matches) - 1}({name})")


def _is_pattern(operand: Any) -> bool:
    """Tell whether an operand is regular expressions, written or given by a parameter."""
    if isinstance(operand, dict):
        return operand.keys() == {"param"}
    return isinstance(operand, str) or (isinstance(operand, list) and bool(operand) and all(isinstance(one, str) for one in operand))


def _globbed(tree: Mapping[str, Any]) -> Any:
    """Return the steps of a condition that is one clause about the keys of a map that fit a glob; none otherwise."""
    path, block = next(iter(tree.items()))
    if len(tree) > 1 or path in ("all", "any", "not", "count", "breaks") or not isinstance(block, dict) or block.keys() & _TOGETHER:
        return ()
    steps = parse(path).steps
    return steps if isinstance(steps[-1], Glob) and _first_walk(steps) == len(steps) - 1 else ()


def _each_of(value: str, step: Step) -> str:
    """Return an expression of all that a step leads to from a value."""
    if isinstance(step, Glob):
        return f"fitting({value}, {step.texts!r})"
    return value if value == _CONTAINERS else f"{'items' if step is ITEMS else 'keys'}({value})"


_TOGETHER = frozenset(("unique", "not_unique"))
_CONTAINERS = "pod.bodies"


def _operator(name: str, word: str, operand: Any) -> Sure | None:
    """Return the two expressions of the operators that most clauses use; None for any other."""
    known = f"{name}.__class__ is not U"
    plain = word.removeprefix("not_")
    negated = plain != word
    if plain == "exists":
        there = Sure(f"{name} is not None and {known}", f"{name} is None")
        return there if operand is not negated else there.negated()
    if plain == "equals" and isinstance(operand, bool):
        holds, known = f"{name} is {operand!r}", f"{known} and {name}.__class__ is not str"
    elif plain == "equals" and isinstance(operand, str):
        holds = f"{name} == {operand!r} and {name}.__class__ is str"
    elif plain == "in" and isinstance(operand, list) and operand and all(isinstance(one, str) for one in operand):
        holds = f"{name}.__class__ is str and {name} in {{{', '.join(map(repr, sorted(operand)))}}}"
    else:
        return None
    return _held(name, word, holds)


def _held(name: str, word: str, holds: str) -> Sure:
    known = f"{name}.__class__ is not U"
    if word.startswith("not_"):
        return Sure(f"{name} is not None and {known} and not ({holds})", f"{name} is None or ({holds})")
    return Sure(holds, f"{known} and not ({holds})")


def _speaks_of_paths(block: Any) -> bool:
    if isinstance(block, dict):
        return "path" in block or "same_as" in block or "not_same_as" in block or any(map(_speaks_of_paths, block.values()))
    return isinstance(block, list) and any(map(_speaks_of_paths, block))


def _all(parts: list[Sure]) -> Sure:
    return Sure(_joined("and", [part.true for part in parts]), _joined("or", [part.false for part in parts]))


def _any(parts: list[Sure]) -> Sure:
    return Sure(_joined("or", [part.true for part in parts]), _joined("and", [part.false for part in parts]))


def _joined(word: str, parts: list[str]) -> str:
    """Join expressions, leaving out what can never hold."""
    if word == "and":
        return _NO_INFORMATION if _NO_INFORMATION in parts else " and ".join(f"({part})" for part in parts)
    return " or ".join(f"({part})" for part in parts if part != _NO_INFORMATION) or _NO_INFORMATION
