"""A scan or hook with plain options goes past the parser: it must see the options as the parser would give them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli.hook import hook
from scanner.cli.plain import HOOK, SCAN, parsed
from scanner.cli.scan import scan

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}\n"


COMMANDS = [(scan, SCAN), (hook, HOOK)]


@pytest.mark.parametrize(("command", "known"), COMMANDS)
def test_the_options_are_those_of_the_parser(command, known):
    assert command.make_context("x", []).params == known.unsaid


def words_of(command):
    return sorted({word for option in command.params for word in option.opts if word.startswith("-")})


@pytest.mark.parametrize(("command", "known"), COMMANDS)
@given(data=st.data())
def test_what_it_takes_the_parser_takes_alike(command, known, data):
    others = ["platform", "high", "x", "", "--format=json", "--profile=nobody", "--fix=x", "-qx", "--", "-"]
    words = data.draw(st.lists(st.sampled_from([*words_of(command), *others])))
    plain = parsed(words, known)
    if plain is not None:
        assert plain == command.make_context("x", list(words)).params


@pytest.mark.parametrize(("command", "known", "option"), [(*one, option) for one in COMMANDS for option in one[0].params])
def test_every_option_written_out_is_understood(command, known, option):
    if isinstance(option, click.Option) and max(option.opts, key=len) not in ("--help", "--jobs"):
        value = next(iter(getattr(option.type, "choices", ())), "x")
        words = [max(option.opts, key=len), *(() if option.is_flag else (value,)), "."]
        assert parsed(words, known) == command.make_context("x", list(words)).params


def test_it_prints_what_the_parser_would(tmp_path):
    (tmp_path / "pod.yaml").write_text(POD)
    plain, parsed = (_scan(tmp_path, *options) for options in ((), ("--format", "text", "--")))
    assert (plain.stdout, plain.stderr, plain.returncode) == (parsed.stdout, parsed.stderr, parsed.returncode)
    assert (plain.returncode, "PSS-B02" in plain.stdout) == (1, True)


def test_a_mistake_is_told_alike(tmp_path):
    plain, parsed = (_scan(tmp_path, *options, path="nowhere") for options in ((), ("--format", "text", "--")))
    assert (plain.returncode, plain.stderr) == (parsed.returncode, parsed.stderr)
    assert plain.returncode == 2


@pytest.mark.parametrize("command", ["scan", "hook"])
def test_click_is_not_loaded(tmp_path, command):
    (tmp_path / "pod.yaml").write_text(POD)
    words = [command, "pod.yaml", "--select", "*"]
    program = f"import sys, scanner.cli.plain as plain; code = plain.run({words}); sys.exit('click' in sys.modules or code not in (0, 1))"
    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False).returncode == 0


def _scan(folder, *options, path="pod.yaml"):
    command = [sys.executable, "-m", "scanner", "scan", *options, path]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
