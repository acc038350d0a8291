"""One registry during one run: its address, and the permissions it has given.

Nothing is authenticated before the registry asks; a refusal is never repeated (GitLab locks an address out for an hour
after thirty failures). Only pulling is asked for, whatever scope the registry proposes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import urlencode

import httpx

from mlgitops.adapters.http import Answer, Client, Request, of_status
from mlgitops.adapters.http.addresses import is_loopback_name
from mlgitops.adapters.registries.oci import manifest
from mlgitops.adapters.registries.oci.challenge import (
    Challenge,
    challenges,
    fault_of_realm,
    may_have_credentials,
    token_address,
)
from mlgitops.adapters.registries.oci.credentials import HUB, Credentials, DockerConfig
from mlgitops.errors import MlgitopsError, NotPermittedError, RefusedError

_OK, _UNAUTHORIZED = 200, 401
_MAX_TOKEN = 64 * 1024


class Session:
    """Asks one registry for manifests.

    Args:
        domain: Host and port as references have them.
        client: Sends the requests.
        config: Where credentials are looked up once the registry asks for them.
        auth_hosts: Further hosts that may be given this registry's credentials.
    """

    def __init__(self, domain: str, client: Client, config: DockerConfig, auth_hosts: frozenset[str]) -> None:
        self._domain = domain
        self._client = client
        self._config = config
        self._auth_hosts = auth_hosts
        host = "registry-1.docker.io" if domain == HUB else domain
        bare = httpx.URL(f"https://{host}").host
        self._base = httpx.URL(f"{'http' if is_loopback_name(bare) else 'https'}://{host}")
        self._authorization: dict[str, str] = {}
        self._withheld_from = ""

    def manifest(self, method: str, repository: str, reference: str) -> Answer:
        """Ask for the manifest of a tag or a digest, authenticating if that is asked for.

        Args:
            method: GET or HEAD.
            repository: Path in the registry.
            reference: Tag or digest.

        Raises:
            NotPermittedError: The registry refuses the credentials, or wants some where there are none.
            RefusedError: No usable answer.
        """
        url = str(self._base.copy_with(path=f"/v2/{repository}/manifests/{reference}"))
        answer = self._ask(method, url, repository)
        if answer.status == _UNAUTHORIZED:
            self._authorize(answer, repository)
            answer = self._ask(method, url, repository)
        if answer.status == _UNAUTHORIZED:
            raise self._not_permitted(answer)
        return answer

    def failure(self, answer: Answer) -> MlgitopsError:
        """The error for an answer that is not a manifest."""
        return self._not_permitted(answer) if answer.status == 403 else of_status(answer)  # noqa: PLR2004 (Forbidden)

    def _ask(self, method: str, url: str, repository: str) -> Answer:
        headers = {"Accept": manifest.ACCEPT}
        authorization = self._authorization.get(repository)
        if authorization:
            headers["Authorization"] = authorization
        secrets = (authorization.partition(" ")[2],) if authorization else ()
        return self._client.request(Request(method, url, headers, secrets=secrets), max_bytes=manifest.MAX_BYTES)

    def _authorize(self, answer: Answer, repository: str) -> None:
        offered = {each.scheme: each for each in reversed(challenges(answer.headers.get("www-authenticate", "")))}
        credentials = self._config.find(self._domain)
        if "bearer" in offered:
            self._authorization[repository] = f"Bearer {self._token(offered['bearer'], repository, credentials)}"
        elif "basic" in offered and credentials is not None:
            self._authorization[repository] = _basic(credentials)
        else:
            raise self._not_permitted(answer)

    def _token(self, challenge: Challenge, repository: str, credentials: Credentials | None) -> str:
        realm = challenge.parameters.get("realm", "")
        fault = fault_of_realm(realm, self._base)
        if fault is not None:
            raise RefusedError(
                f"{self._domain} sends for a token to an address that {fault}: nothing was sent there",
                hint="Tell the registry's operator: its realm is wrong, or someone answers in its place.",
            )
        url = token_address(realm, challenge.parameters.get("service"), f"repository:{repository}:pull")
        if credentials is not None and not may_have_credentials(url, self._base, self._auth_hosts):
            self._withheld_from = url.host
            credentials = None
        answer = self._client.request(_token_request(url, credentials), max_bytes=_MAX_TOKEN)
        if answer.status != _OK:
            raise self._not_permitted(answer) if answer.status in {401, 403} else of_status(answer)
        return _token_in(answer)

    def _not_permitted(self, answer: Answer) -> NotPermittedError:
        """Refused: what to do depends on what was shown to the registry."""
        helper = self._config.helper(self._domain)
        if self._withheld_from:
            hint = (
                f"Credentials were withheld from {self._withheld_from}, which is not known to be {self._domain}'s: "
                f"if it is, say --auth-host {self._domain}={self._withheld_from}."
            )
        elif self._config.find(self._domain) is not None:
            hint = f"The credentials in Docker's configuration are not enough: log in to {self._domain} again."
        elif helper:
            hint = f"Credential helpers ({helper[:40]}) are not run: point DOCKER_CONFIG to a file with `auths`."
        else:
            hint = f"Log in: Docker's configuration has no credentials for {self._domain}. Or the name is wrong."
        return NotPermittedError(of_status(answer).message, hint=hint)


def _basic(credentials: Credentials) -> str:
    return "Basic " + b64encode(f"{credentials.username}:{credentials.password}".encode()).decode()


def _token_request(url: httpx.URL, credentials: Credentials | None) -> Request:
    """As the distribution project's token and OAuth 2 specifications have it."""
    if credentials is None:
        return Request("GET", str(url))
    if not credentials.identity_token:
        basic = _basic(credentials)
        secrets = (credentials.password, basic.partition(" ")[2])
        return Request("GET", str(url), {"Authorization": basic}, secrets=secrets)
    form = {
        "grant_type": "refresh_token",
        "client_id": "mlgitops",
        "refresh_token": credentials.identity_token,
        **{name: value for name, value in url.params.items() if name in {"service", "scope"}},
    }
    return Request(
        "POST",
        str(url.copy_remove_param("service").copy_remove_param("scope")),
        {"Content-Type": "application/x-www-form-urlencoded"},
        content=urlencode(form).encode(),
        secrets=(credentials.identity_token,),
    )


def _token_in(answer: Answer) -> str:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    document = document if isinstance(document, dict) else {}
    token = document.get("token") or document.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
        raise RefusedError(f"{httpx.URL(answer.url).host} answers without a token")
    return token
