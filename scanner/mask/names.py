"""Which names promise a secret: the words of a key, an environment variable or a path decide, never its value."""

from __future__ import annotations

from itertools import pairwise

from scanner.kept import lru_cache
from scanner.patterns import pattern


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


VALUE_KEYS = _set("value values default defaultvalue default_value parametervalue stringvalue content plaintext result")
"""Keys that say nothing themselves: the name beside or above them does (``name: DB_PASSWORD`` / ``value: …``)."""
NAME_KEYS = _set("name key variable parameterkey parameter")
TABLES = _set("Resources Parameters Outputs Conditions resources parameters outputs properties")
"""Keys whose children are names of things: ``Parameters: {DBPassword: …}`` makes only its default a secret."""
SECRET_DATA = _set("data stringdata string_data binarydata binary_data")

_SECRET = _set(
    """password passwd passphrase passcode passwort pwd pass pw secret token credential cred apikey authorization bearer cookie jwt
    sig signature sas connectionstring connstr dockerconfigjson dockercfg kubeconfig netrc pgpass keystore pat otp psk"""
)
_ENDINGS = (
    "password", "passwd", "passphrase", "secret", "token", "credential", "credentials", "apikey", "accesskey", "privatekey", "secretkey",
    "accountkey", "sharedkey", "connectionstring",
)  # fmt: skip
_HARMLESS = _set(
    """name namespace ref reference id arn uri url path file version type kind enabled disabled enable policy policie length size
    expiration expiry expire date second minute hour day ttl duration lifetime timeout rotation provider class store vault mode algorithm
    source mount audience issuer endpoint count required allowed review selector template usage op spec bit format prefix suffix label
    annotation account permission protection management manager encryption method scheme plugin controller server service
    interval level optional resource role rule mechanism certificate cert crt public field status description title property propertie"""
)
_PLAIN_KEYS = _set(
    """topology sort partition foreign group public label annotation hash range map tag row lookup object bucket dns config state unique
    routing index order cache context column metric dimension match field"""
)
_KEY_LISTS = _set(
    """tolerations matchexpressions taints secretkeyref configmapkeyref items selector secretref remoteref matchlabelexpressions
    requirements objectselector tags dimensions keyref headers"""
)
_WORD = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_INDEX = r"\[[^\]]*\]"


@lru_cache(maxsize=4096)
def is_secret(path: str) -> bool:
    """Tell whether a value under this dotted name is to be hidden. The last part decides; where it says nothing, the parts before do."""
    parts = [part for part in (pattern(_INDEX).sub("", path) if "[" in path else path).split(".") if part]
    if not parts:
        return False
    *above, last = parts
    if last.lower() in VALUE_KEYS:
        return bool(above) and above[-1].lower() not in VALUE_KEYS and is_secret(".".join(above))
    if last.lower() == "key":
        return not above or above[-1].lower() not in _KEY_LISTS
    return _names(last) or (not is_harmless(last) and any(map(_names, above)))


def is_harmless(name: str) -> bool:
    """Tell whether a name speaks about a secret (its name, its version) rather than holding one."""
    words = _words(name)
    return not words or words[-1] in _HARMLESS


def _names(name: str) -> bool:
    words = _words(name)
    if not words or words[-1] in _HARMLESS:
        return False
    return (
        words == ["auth"]
        or any(word in _SECRET or word.endswith(_ENDINGS) or _is_key(words, at) for at, word in enumerate(words))
        or _is_joined(words)
    )


def _is_key(words: list[str], at: int) -> bool:
    return words[at] == "key" and at > 0 and words[at - 1] not in _PLAIN_KEYS


def _is_joined(words: list[str]) -> bool:
    return any(f"{first}{second}" in _SECRET for first, second in pairwise(words))


def _words(name: str) -> list[str]:
    return [word.lower().removesuffix("s") if len(word) > 4 else word.lower() for word in _WORD.findall(name)]
