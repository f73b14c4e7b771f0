"""``plumbrule rules``: the rule author's desk."""

from __future__ import annotations

import json
import os

import click

from scanner import __version__
from scanner.cli.trial import judging
from scanner.governance.gate import CLEAN, MISUSE
from scanner.model.errors import ConfigError, nearest
from scanner.model.rule import Rule
from scanner.ruleset import Ruleset, document, find, load, scaffold
from scanner.ruleset.examples import Example, disagreement, read_examples
from scanner.ruleset.loading import RuleFile, rule_files
from scanner.tables import data_folder
from scanner.typed import Any, Callable, Iterator, Sequence

FOLDERS = click.option("--rules", "folders", metavar="DIR", multiple=True, help="Add rules from this folder (repeatable).")
WORDS = click.argument("words", nargs=-1, metavar="[RULE]...")


@click.group()
def rules() -> None:
    """List rules, test their examples, start a new one, print their documentation."""


@rules.command(name="list")
@WORDS
@FOLDERS
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
def list_rules(words: Sequence[str], folders: Sequence[str], output: str) -> int:
    """List rules: all, or those that RULE (ids, slugs, areas, other tools' ids or globs) names."""
    chosen = _chosen(_load(folders), words)
    if output == "json":
        rows = [_row(rule) for rule in chosen]
        tool = {"name": "plumbrule", "version": __version__}
        click.echo(json.dumps({"schema": "plumbrule/rules/v1", "tool": tool, "rules": rows, "problems": []}, indent=2, ensure_ascii=False))
        return CLEAN
    width = max((len(rule.slug) for rule in chosen), default=0)
    for rule in chosen:
        click.echo(f"{rule.id:12} {rule.severity:8} {rule.default:6} {rule.slug:{width}}  {rule.title}")
    return CLEAN


@rules.command()
@click.argument("path", required=False)
@FOLDERS
def test(path: str | None, folders: Sequence[str]) -> int:
    """Run the examples of all rules, or of the rule file or folder at PATH."""
    files = _files(path) if path else [file for folder in (data_folder("rules"), *folders) for file in rule_files(folder)]
    judge = judging(load(list(dict.fromkeys((data_folder("rules"), *folders, *_folder_of(path))))))
    ran = failed = 0
    for file in files:
        examples = read_examples(file)
        for words in (*_missing(examples), *(_failure(example, disagreement(example, judge)) for example in examples)):
            if words:
                click.echo(f"{file.path}: {words}", err=True)
                failed += 1
        ran += len(examples)
    click.echo(f"{ran} examples of {len(files)} rules, {failed} wrong")
    return MISUSE if failed else CLEAN


@rules.command()
@click.argument("rule", metavar="ID")
@click.argument("slug")
@click.option("--area", default="own", show_default=True, help="An area of the catalogue, or your own.")
@click.option("--folder", default="rules", show_default=True, metavar="DIR", help="The folder of your rules.")
def new(rule: str, slug: str, area: str, folder: str) -> int:
    """Write a first draft of a rule, with examples that hold, to DIR/AREA/SLUG.yaml."""
    path = os.path.join(folder, area, f"{slug}.yaml")
    text = scaffold.draft(rule, slug, area, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        with open(path, "x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        raise ConfigError(f"{path} is there already", hint="choose another slug") from None
    _save(folder, scaffold.SCHEMA, _schema())
    click.echo(f"{path}\nnow: plumbrule rules test {path}")
    return CLEAN


@rules.command()
@WORDS
@FOLDERS
@click.option("--output", metavar="DIR", help="Write a site into DIR: a page per rule, an index to search, areas, frameworks.")
@click.option("--format", "form", type=click.Choice(("html", "markdown")), help="html for a site, markdown for pages [default: html].")
def docs(words: Sequence[str], folders: Sequence[str], output: str | None, form: str | None) -> int:
    """Write the documentation of rules, with their examples: a static site into DIR, or Markdown to standard output."""
    ruleset = _load(folders)
    chosen = _chosen(ruleset, words)
    files = {file.source: file for folder in (data_folder("rules"), *folders) for file in rule_files(folder)}

    def examples(rule: Rule) -> Sequence[Example]:
        return read_examples(files[rule.source])

    if output is None:
        if form == "html":
            raise ConfigError("a site is many pages", hint="name a folder for them: --output DIR")
        click.echo("\n".join(document.markdown(rule, examples(rule)) for rule in chosen), nl=False)
        return CLEAN
    written = _pages(chosen, ruleset, examples) if form != "markdown" else _markdown(chosen, examples)
    number = 0
    for number, (path, text) in enumerate(written, 1):  # noqa: B007 - how many there were
        _save(output, path, text)
    click.echo(f"{number} pages in {output}", err=True)
    return CLEAN


def _pages(chosen: Sequence[Rule], ruleset: Ruleset, examples: Callable[[Rule], Sequence[Example]]) -> Iterator[tuple[str, str]]:
    from scanner.render.rules_site import Catalogue, pages  # jinja2 is for this alone

    return pages(Catalogue(chosen, examples, ruleset.profiles, __version__, ruleset.digest))


def _markdown(chosen: Sequence[Rule], examples: Callable[[Rule], Sequence[Example]]) -> Iterator[tuple[str, str]]:
    return ((f"{rule.slug}.md", document.markdown(rule, examples(rule))) for rule in chosen)


def _save(folder: str, name: str, text: str) -> None:
    path = os.path.join(folder, name)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error


@rules.command()
def schema() -> int:
    """Print the JSON Schema of rule files, for editors."""
    click.echo(_schema(), nl=False)
    return CLEAN


def _schema() -> str:
    from scanner.ruleset.schema import rule_schema  # for editors alone

    return json.dumps(rule_schema(), indent=2, ensure_ascii=False) + "\n"


def _load(folders: Sequence[str]) -> Ruleset:
    return load([data_folder("rules"), *folders])


def _chosen(ruleset: Ruleset, words: Sequence[str]) -> list[Rule]:
    if not words:
        return list(ruleset.rules.values())
    found = {rule.id: rule for word in words for rule in _named(ruleset, word)}
    return [found[rule] for rule in sorted(found)]


def _named(ruleset: Ruleset, word: str) -> list[Rule]:
    found = find(ruleset, word)
    if not found and word != "*":
        known = [*ruleset.rules, *(rule.slug for rule in ruleset.rules.values()), *(rule.area for rule in ruleset.rules.values())]
        raise ConfigError(f"{word!r} names no rule", hint=nearest(word, known) or "see `plumbrule rules list`")
    return found


def _row(rule: Rule) -> dict[str, Any]:
    words = {key: getattr(rule, key) for key in ("id", "slug", "title", "area", "severity", "confidence", "default")}
    return {**words, "aliases": sorted({one.id for one in rule.equivalents if one.relation == "same"})}


def _files(path: str) -> list[RuleFile]:
    if os.path.isdir(path):
        return rule_files(path)
    if not os.path.isfile(path):
        raise ConfigError(f"{path}: there is no such file or folder")
    return [RuleFile(path, os.path.basename(path), own=True)]


def _folder_of(path: str | None) -> list[str]:
    """Return the folder that a rule file has to be loaded from, where it is not among the built-in ones."""
    if path is None:
        return []
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    return [] if os.path.abspath(folder).startswith(data_folder("rules")) else [folder]


def _missing(examples: Sequence[Example]) -> Iterator[str]:
    for kind in ("fail", "pass"):
        if not any(example.kind == kind for example in examples):
            yield f"no example under {kind}"


def _failure(example: Example, words: str | None) -> str | None:
    return f"{example.kind}: {example.title}: {words}" if words else None
