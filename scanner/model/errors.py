"""What a user did wrong: caught once, in ``cli``, and shown as ``path:line:column: what`` with a hint. Exit code 2."""

from __future__ import annotations

from scanner.model.place import Span


class UserError(Exception):
    """The command line, the configuration or a rule is wrong. ``span`` is where, ``hint`` the nearest known word or next step."""

    def __init__(self, message: str, span: Span | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint


class ConfigError(UserError):
    """plumbrule.yaml or an option says something impossible. ``setting`` is the key at fault, for whoever knows where it was written."""

    setting: tuple[str, ...] = ()

    def of(self, *setting: str) -> ConfigError:
        """Name the key at fault."""
        self.setting = setting
        return self


class RuleError(UserError):
    """A rule file says something impossible."""


def nearest(word: str, known: list[str]) -> str | None:
    """Return "did you mean …" for the closest of the known words, or None."""
    from difflib import get_close_matches  # only after a mistake

    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else None
