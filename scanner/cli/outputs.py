"""Where reports go: the ``--format`` options, and what is written."""

from __future__ import annotations

import os
import sys

from scanner import render
from scanner.cli.nets import say
from scanner.model.errors import ConfigError, nearest
from scanner.model.record import NamedTuple
from scanner.model.report import Report
from scanner.typed import Any, Mapping, Sequence


class Output(NamedTuple):
    """One ``--format FORMAT[=FILE]``; without a file it goes to standard output."""

    name: str
    file: str | None


def outputs_of(words: Sequence[str], *, quiet: bool) -> list[Output]:
    """Read the ``--format`` options. Raises ConfigError for an unknown format, two to standard output, or a missing folder."""
    outputs = []
    for word in words:
        name, _, file = word.partition("=")
        if name not in render.names():
            raise ConfigError(
                f"unknown format {name!r}", hint=nearest(name, list(render.names())) or f"one of: {', '.join(render.names())}"
            )
        if file and not os.path.isdir(os.path.dirname(file) or "."):
            raise ConfigError(f"--format {word}: there is no folder {os.path.dirname(file)!r}")
        outputs.append(Output(name, file or None))
    if sum(output.file is None for output in outputs) > 1:
        raise ConfigError("only one format can go to standard output", hint="write the others to files: --format sarif=out.sarif")
    return outputs or ([] if quiet else [Output("text", None)])


def looks_of(logo: str | None, templates: str | None) -> dict[str, Any]:
    """Return the options of the HTML format. Raises ConfigError for a logo that cannot be read and a folder without a template."""
    if templates and not os.path.isfile(os.path.join(templates, "report.html.j2")):
        raise ConfigError(f"--html-templates {templates}: there is no report.html.j2")
    return {"logo": _content(logo) if logo else None, "templates": templates}


def _content(file: str) -> bytes:
    try:
        with open(file, "rb") as handle:
            return handle.read()
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error


def write(report: Report, output: Output, looks: Mapping[str, Any]) -> None:
    """Render a report and write it; ``looks`` are options of its format. Raises ConfigError where they or the file are impossible."""
    text = _rendered(report, output, looks)
    if output.file is None:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()  # a pipe that broke is known here, not at exit
        return
    try:
        with open(output.file, "w", encoding="utf-8", newline="") as handle:
            handle.write(text)
    except OSError as error:
        raise ConfigError(f"cannot write {output.file}: {error.strerror}") from error


def _rendered(report: Report, output: Output, looks: Mapping[str, Any]) -> str:
    if output.name == "text":
        return render.render("text", report, colour=output.file is None and _colour(), width=_width())
    if output.name != "html":
        return render.render(output.name, report)
    from jinja2 import TemplateError  # html alone has templates

    try:
        return render.render("html", report, **looks)
    except (ValueError, TemplateError) as error:
        raise ConfigError(f"--format html: {error}", hint="look at --html-logo and --html-templates") from error


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    if not sys.stdout.isatty():
        return 100
    from shutil import get_terminal_size  # asks COLUMNS too

    return max(60, min(get_terminal_size((100, 24)).columns, 140))


def warn_of_slow_yaml() -> None:
    """Say so where YAML was read without libyaml."""
    if "yaml" not in sys.modules:
        return
    from scanner.syntax.libyaml_events import with_libyaml

    if not with_libyaml():
        say("PyYAML was built without libyaml: reading is more than ten times slower; install a wheel that has it")
