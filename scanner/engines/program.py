"""Engines as programs: where they are, how they are installed apart from us, and how one is run on a copy of files."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from shutil import which
from types import ModuleType

from scanner import registry
from scanner.engines import Answer
from scanner.model.errors import ConfigError, nearest
from scanner.model.problem import Problem
from scanner.model.reading import Tree, UnreadableError
from scanner.typed import Any, Iterable

_LONGEST = 900
"""Seconds that an engine may take."""
_OWN_CONFIGURATION = (".checkov.yaml", ".checkov.yml", "zizmor.yml", "zizmor.yaml", ".zizmor.yml", ".zizmor.yaml")


def engines() -> dict[str, Any]:
    """Return the engine modules by name."""
    return {module.NAME: module for module in registry.declaring("scanner.engines", "NAME")}


def engine(name: str) -> Any:
    """Return one engine module. Raises ConfigError."""
    known = engines()
    if name not in known:
        raise ConfigError(f"unknown engine {name!r}", hint=nearest(name, list(known)) or f"one of: {', '.join(known)}")
    return known[name]


def home(name: str) -> str:
    """Return the folder of an engine's own environment (not created)."""
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(base, "plumbrule", "engines", name)


def program(name: str) -> str | None:
    """Return the program of an engine: the one that we installed, else the one on PATH, else None."""
    scripts = "Scripts" if os.name == "nt" else "bin"
    return which(name, path=os.path.join(home(name), scripts)) or which(name)


def install(module: ModuleType | Any) -> str:
    """Install an engine into an environment of its own and return its program. Raises ConfigError."""
    folder = home(module.NAME)
    python = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)  # noqa: S603 - fixed words
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, module.REQUIREMENT], check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        raise ConfigError(f"cannot install {module.REQUIREMENT}: {said.decode(errors='replace').strip()[-300:]}") from error
    return program(module.NAME) or folder


def run(name: str, tree: Tree, paths: Iterable[str]) -> Answer:
    """Run an engine on a copy of some files of a tree. Raises ConfigError where the engine is not installed."""
    module, command = engine(name), program(name)
    if command is None:
        raise ConfigError(f"{name} is not installed", hint=f"plumbrule engines install {name}")
    with tempfile.TemporaryDirectory(prefix="plumbrule-") as folder:
        top = os.path.realpath(folder)
        scanned, apart = os.path.join(top, "files"), os.path.join(top, "home")
        os.makedirs(apart)
        _copy(tree, paths, scanned)
        return _answer(module, [command, *module.arguments(scanned)], scanned, apart)


def _answer(module: Any, words: list[str], scanned: str, apart: str) -> Answer:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": apart, "LOG_LEVEL": "ERROR", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    try:
        code, said = _said(words, apart, environment)
        answer: Answer = module.answer(said.decode("utf-8", "replace"), scanned)
    except subprocess.TimeoutExpired:
        return Answer(problems=[Problem("engine-failed", None, f"{module.NAME} did not end within {_LONGEST} seconds")])
    except OSError as error:
        return Answer(problems=[Problem("engine-failed", None, f"{module.NAME} did not run: {type(error).__name__}")])
    except (ValueError, KeyError, TypeError, StopIteration, AttributeError) as error:
        detail = f"{module.NAME} ended with {code} and said nothing that we understand ({type(error).__name__})"
        return Answer(problems=[Problem("engine-failed", None, detail)])
    return answer


def _said(words: list[str], folder: str, environment: dict[str, str]) -> tuple[int, bytes]:
    """Run a program and return its status and what it says. Raises OSError, and TimeoutExpired when it and its children are ended."""
    with subprocess.Popen(  # noqa: S603 - an engine and fixed words
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as child:
        try:
            said, _ = child.communicate(timeout=_LONGEST)
        except BaseException:
            _end(child)
            raise
    return child.returncode, said


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a program with all that it has started: a child that lives on would hold our end of its output."""
    if os.name == "nt":
        child.kill()
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _copy(tree: Tree, paths: Iterable[str], folder: str) -> None:
    os.makedirs(folder)
    for path in paths:
        if os.path.basename(path) in _OWN_CONFIGURATION:
            continue
        target = os.path.join(folder, path)
        try:
            content = tree.read(path)
        except UnreadableError:  # its problem is in our own report
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as handle:
            handle.write(content)
