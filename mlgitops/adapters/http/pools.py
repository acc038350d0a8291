"""Connections by the rule they are opened under: a reused one obeys the same rule.

Three kinds: plain http to this machine, https to this machine, https elsewhere.
"""

from __future__ import annotations

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from mlgitops.adapters.http.addresses import is_loopback_name
from mlgitops.adapters.http.watch import Watch
from mlgitops.errors import InputError


class Pools:
    """An httpx client and its watch for each kind, made when first needed.

    Args:
        trust_env: Whether proxies and certificate files named by environment variables are used; proxies never for
            this machine.
    """

    def __init__(self, *, trust_env: bool) -> None:
        self._trust_env = trust_env
        self._open: dict[tuple[bool, bool], tuple[httpx.Client, Watch]] = {}

    def of(self, url: httpx.URL) -> tuple[httpx.Client, Watch]:
        """What an address is asked with.

        Raises:
            InputError: The environment names a proxy or certificates that cannot be used.
        """
        loopback, plain = is_loopback_name(url.host), url.scheme == "http"
        if (loopback, plain) not in self._open:
            self._open[loopback, plain] = (self._client(loopback=loopback, plain=plain), Watch(loopback=loopback))
        return self._open[loopback, plain]

    def close(self) -> None:
        """Close all connections."""
        for http, _ in self._open.values():
            http.close()
        self._open.clear()

    def _client(self, *, loopback: bool, plain: bool) -> httpx.Client:
        try:
            return httpx.Client(
                verify=self._trust(plain=plain),
                trust_env=self._trust_env and not loopback,  # proxies; what is trusted is said by `verify`
                follow_redirects=False,
                limits=httpx.Limits(max_connections=1),  # so that the watch knows which connection is in use
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # keep none
            )
        except (ImportError, ValueError) as error:  # a SOCKS proxy without its package; not a URL at all
            raise InputError("the proxy that the environment names cannot be used", hint="See HTTPS_PROXY.") from error

    def _trust(self, *, plain: bool) -> ssl.SSLContext:
        """Whom to trust: without TLS nobody, which spares the reading of 140 certificates."""
        if plain:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            return httpx.create_ssl_context(trust_env=self._trust_env)
        except OSError as error:
            raise InputError(
                "the certificates that the environment names cannot be read", hint="See SSL_CERT_FILE and SSL_CERT_DIR."
            ) from error
