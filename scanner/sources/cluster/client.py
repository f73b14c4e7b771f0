"""The way to an API server: what a kubeconfig says plainly is read here; the official client does the rest.

Tokens, certificates and the account of a pod need nothing but TLS. Programs that hand out credentials, identity providers and proxies
are the official client's, which takes longer to load than a cluster of ten thousand objects takes to list.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from urllib.parse import quote, urlsplit

from scanner.model.platform import Access
from scanner.sources.cluster.connection import Client, Connection, FailedError
from scanner.sources.cluster.contexts import Entry, from_files, in_cluster, paths, picked, unusable
from scanner.sources.cluster.transport import CONNECT, WAIT, Answer, Headers, Plain
from scanner.typed import Any, Callable, Mapping

_PLAIN_CLUSTER = frozenset(
    {
        "server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name",
        "disable-compression", "extensions",
    }
)  # fmt: skip
CONNECTIONS = 8
"""Connections that the official client keeps."""
_IN_HEADERS = "!#$&'*+^`|"
"""Signs that a header's name may hold beside those that need no escaping in addresses; all others are escaped as there."""
_IMPERSONATION = {"as": "Impersonate-User", "as-uid": "Impersonate-Uid", "as-groups": "Impersonate-Group"}
_PLAIN_USER = frozenset(
    {
        "token", "tokenFile", "client-certificate", "client-certificate-data", "client-key", "client-key-data", "username", "password",
        "extensions", "as-user-extra", *_IMPERSONATION,
    }
)  # fmt: skip


def connect(context: str | Access) -> Connection:
    """Open a connection by a kubeconfig context, ``current``, ``in-cluster`` or what a platform hands out.

    Raises FailedError where that names no cluster.
    """
    return Connection(lambda: open_client(context))


def open_client(context: str | Access) -> Client:
    """Return the way to a server with credentials as they are now. Raises FailedError."""
    if isinstance(context, Access):
        config = _handed_out(context)
        entry = picked([config], None)
    else:
        config = None
        entry = in_cluster() if context == "in-cluster" else from_files(None if context == "current" else context)
    try:
        return plain(entry) if is_plain(entry) else _official(entry, config)
    except (OSError, ValueError):  # their words name files of this machine
        raise unusable() from None


def is_plain(entry: Entry) -> bool:
    """Tell whether nothing but a token or a certificate leads to a server."""
    said = {key for key, value in entry.user.items() if value not in (None, "")}
    proxied = any(name.lower().endswith("_proxy") and name.lower() != "no_proxy" for name in os.environ)
    return said <= _PLAIN_USER and entry.cluster.keys() <= _PLAIN_CLUSTER and not proxied


def plain(entry: Entry) -> Client:
    """Return the way that an entry says. Raises OSError and ValueError for certificates and keys that are none."""
    said = entry.cluster
    server = said.get("server")
    if not isinstance(server, str):
        raise unusable()
    trust = None if urlsplit(server).scheme == "http" else _trust(entry)  # as ``Plain`` reads it: HTTPS:// is no plain HTTP
    verified = said.get("insecure-skip-tls-verify") is not True
    headers = {**_credentials(entry.user), **impersonation(entry.user)}
    return Client(Plain(server, trust, said.get("tls-server-name") if verified else None), lambda: headers, is_packed(entry))


def is_packed(entry: Entry) -> bool:
    """Tell whether a server may compress its answers: a kubeconfig can say that the way to it is short."""
    return entry.cluster.get("disable-compression") is not True


def impersonation(user: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return the headers by which a user acts as another one, whose rights may be fewer."""
    headers = {header: user[key] for key, header in _IMPERSONATION.items() if user.get(key)}
    extra = user.get("as-user-extra")
    more = extra.items() if isinstance(extra, Mapping) else ()
    return headers | {f"Impersonate-Extra-{quote(str(key), _IN_HEADERS)}": values for key, values in more}


def _credentials(user: Mapping[str, Any]) -> dict[str, str]:
    if user.get("tokenFile"):
        with open(user["tokenFile"], encoding="utf-8") as file:
            return {"authorization": f"Bearer {file.read().strip()}"}
    if user.get("token"):
        return {"authorization": f"Bearer {user['token']}"}
    if user.get("username"):
        return {"authorization": "Basic " + b64encode(f"{user['username']}:{user.get('password', '')}".encode()).decode()}
    return {}


def _trust(entry: Entry) -> Any:
    """Return what proves who the server is, and who we are.

    It is not ``ssl.create_default_context``, which from Python 3.13 on refuses the authorities of many clusters: they lack an extension
    that nothing needs (https://docs.python.org/3/library/ssl.html#ssl.VERIFY_X509_STRICT).
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    said, user = entry.cluster, entry.user
    if said.get("insecure-skip-tls-verify") is True:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif said.get("certificate-authority-data"):
        context.load_verify_locations(cadata=b64decode(said["certificate-authority-data"]).decode())
    elif said.get("certificate-authority"):
        context.load_verify_locations(said["certificate-authority"])
    else:
        context.load_default_certs()
    if user.get("client-certificate-data") or user.get("client-certificate"):
        _as_files(user, context.load_cert_chain)
    return context


def _as_files(user: Mapping[str, Any], use: Callable[[str, str], None]) -> None:
    """Let what is written in a kubeconfig be read as files, which OpenSSL insists on, and which are gone at once."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:

        def path(key: str) -> str:
            if not user.get(f"{key}-data"):
                return str(user.get(key, ""))
            with open(os.path.join(folder, key), "wb") as file:
                file.write(b64decode(user[f"{key}-data"]))
            return file.name

        use(path("client-certificate"), path("client-key"))


def _official(entry: Entry, config: Mapping[str, Any] | None) -> Client:
    """Return the way that the official client finds, by a kubeconfig that was handed out or by the files of this machine."""
    try:
        from kubernetes import client  # heavy
        from kubernetes import config as loading
        from kubernetes.config.config_exception import ConfigException
    except ImportError:
        raise _without_extra() from None
    configuration = client.Configuration()
    configuration.retries = False
    configuration.connection_pool_maxsize = CONNECTIONS
    try:
        if config is not None:
            loading.load_kube_config_from_dict(config, entry.context, configuration)
        else:
            loading.load_kube_config(os.pathsep.join(paths()), entry.context, configuration)
    except ConfigException:
        raise unusable() from None
    pool = client.ApiClient(configuration).rest_client.pool_manager
    acting = impersonation(entry.user)

    def headers() -> Mapping[str, Any]:  # asked each time: the client renews what expires
        said = {one["key"]: one["value"] for one in configuration.auth_settings().values() if one["in"] == "header"}
        return {**said, **acting}

    return Client(lambda path, said: _asked(pool, configuration.host + path, said), headers, is_packed(entry))


def _asked(pool: Any, address: str, headers: Headers) -> Answer:
    """Ask through the official client's own pool of connections (``urllib3``). Raises OSError where no answer comes."""
    from urllib3 import HTTPHeaderDict, Timeout
    from urllib3.exceptions import HTTPError

    try:
        response = pool.request(
            "GET", address, headers=HTTPHeaderDict(headers), timeout=Timeout(CONNECT, WAIT), retries=False, redirect=False
        )
        return Answer(response.status, response.reason, response.headers.get("Retry-After"), response.data)
    except HTTPError as error:
        raise ConnectionError(type(error).__name__) from None


def _without_extra() -> FailedError:
    return FailedError("unreachable", "live clusters need the extra: pip install 'plumbrule[k8s]'")


def _handed_out(access: Access) -> Mapping[str, Any]:
    from scanner.model.platform import FailedError as NotGivenError

    try:
        return access.kubeconfig()
    except NotGivenError as error:
        raise FailedError(error.kind, error.detail, error.status) from None
