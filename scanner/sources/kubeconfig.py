"""A kubeconfig that somebody else's API hands out, before it is used: no program that it names is run, no file that it names is read."""

from __future__ import annotations

from scanner.model.platform import FailedError
from scanner.typed import Any, Callable, Mapping, Sequence

_HELD = ("token", "client-certificate-data", "client-key-data")
_SERVED = ("server", "certificate-authority-data", "tls-server-name")


def cleaned(text: bytes | str, token: Callable[[], str] | None = None) -> dict[str, Any]:
    """Return a kubeconfig whose users sign in by what they hold, else by what ``token`` gives. Raises FailedError for what is none."""
    import yaml

    try:
        config = yaml.safe_load(text)
        users = [{"name": one["name"], "user": _kept(one.get("user"), _HELD)} for one in config["users"]]
        servers = [{"name": one["name"], "cluster": _kept(one["cluster"], _SERVED)} for one in config["clusters"]]
        secure = all(str(one["cluster"]["server"]).startswith("https://") for one in servers)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, RecursionError):
        secure = False
    if not secure:
        raise FailedError("unparsable", "the kubeconfig that was handed out is none, or leads to a server without encryption")
    signed = [{**one, "user": one["user"] or ({"token": token()} if token else {})} for one in users]
    return {**_kept(config, ("apiVersion", "kind", "contexts", "current-context")), "users": signed, "clusters": servers}


def _kept(data: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data} if isinstance(data, Mapping) else {}
