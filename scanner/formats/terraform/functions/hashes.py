"""Hashes and identifiers, and what only the machine that applies can know: time and chance."""

from __future__ import annotations

from scanner.formats.terraform.functions.signature import function
from scanner.formats.terraform.values import EvaluationError, Value
from scanner.model.unknown import Unknown
from scanner.typed import Callable

_NAMESPACES = {"dns": "0", "url": "1", "oid": "2", "x500": "4"}


def digest(algorithm: str, content: bytes) -> bytes:
    """Hash."""
    import hashlib

    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def base64_digest(algorithm: str, content: bytes) -> str:
    """Hash, and write it in Base64."""
    import base64

    return base64.b64encode(digest(algorithm, content)).decode()


def _hexadecimal(algorithm: str) -> Callable[[str], str]:
    return lambda text: digest(algorithm, text.encode()).hex()


def _base64(algorithm: str) -> Callable[[str], str]:
    return lambda text: base64_digest(algorithm, text.encode())


def _uuidv5(namespace: str, name: str) -> str:
    import uuid

    known = _NAMESPACES.get(namespace)
    try:
        space = uuid.UUID(f"6ba7b81{known}-9dad-11d1-80b4-00c04fd430c8" if known else namespace)
    except ValueError as error:
        raise EvaluationError(f"{namespace!r} is no UUID namespace") from error
    return str(uuid.uuid5(space, name))


def _undecided(name: str, why: str) -> Callable[..., Value]:
    return lambda *_: Unknown(f"{name}() {why}", kind="string", not_null=True)


FUNCTIONS = {
    "base64sha256": function(_base64("sha256"), "string -> string"),
    "base64sha512": function(_base64("sha512"), "string -> string"),
    "bcrypt": function(_undecided("bcrypt", "draws a random salt"), "string number? -> string"),
    "md5": function(_hexadecimal("md5"), "string -> string"),
    "plantimestamp": function(_undecided("plantimestamp", "is the time of the plan"), "-> string"),
    "rsadecrypt": function(_undecided("rsadecrypt", "needs a private key"), "string string -> string"),
    "sha1": function(_hexadecimal("sha1"), "string -> string"),
    "sha256": function(_hexadecimal("sha256"), "string -> string"),
    "sha512": function(_hexadecimal("sha512"), "string -> string"),
    "timestamp": function(_undecided("timestamp", "is the time of applying"), "-> string"),
    "uuid": function(_undecided("uuid", "is random"), "-> string"),
    "uuidv5": function(_uuidv5, "string string -> string"),
}
