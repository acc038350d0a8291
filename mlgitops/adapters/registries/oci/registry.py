"""Images, and whatever else registries of the OCI distribution specification hold, by name and digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.registries.oci import manifest
from mlgitops.adapters.registries.oci.credentials import DockerConfig
from mlgitops.adapters.registries.oci.session import Session
from mlgitops.core.references import Reference, parse_normalized
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from mlgitops.adapters.http import Answer, Client
    from mlgitops.adapters.registries import Options

_OK, _NOT_FOUND, _NOT_ALLOWED = 200, 404, 405


class Oci:
    """Registries of images; one session for each that is asked."""

    def __init__(self, options: Options, client: Client) -> None:
        self._platform = manifest.platform(options.platform)
        self._auth_hosts = options.auth_hosts
        self._config = DockerConfig(options.environment)
        self._client = client
        self._sessions: dict[str, Session] = {}

    def digest(self, reference: str) -> str:
        """See `mlgitops.ports.Registry.digest`. The digest is that of the bytes received."""
        named = _read(reference)
        session = self._session(named)
        answer = self._manifest(session, named)
        if answer is None:
            raise InputError(
                f"{reference} is not there",
                hint="Check name and tag; a private image may look absent without credentials.",
            )
        digest = manifest.verified(answer, named.digest)
        gone = self._missing_child(session, named, answer)
        if gone is not None:
            raise RefusedError(
                f"{reference} is there, but its image for {self._platform} ({gone}) is gone",
                hint="Push the image again, all platforms of it.",
            )
        return f"{reference.partition('@')[0]}@{digest}"

    def exists(self, pin: str) -> bool:
        """See `mlgitops.ports.Registry.exists`. An index counts if the image for the platform is there, too."""
        named = _read(pin)
        if named.digest is None:
            raise InputError(f"{pin} is not a pin", hint="`mlgitops digest` makes one of it.")
        session = self._session(named)
        head = session.manifest("HEAD", named.path, named.digest)  # registries do not count it as a pull
        if head.status == _NOT_FOUND:
            return False
        if head.status == _OK:
            certain = manifest.check_announced(head, named.digest)
            if certain and manifest.media_type(head) in manifest.MANIFESTS:
                return True
        elif head.status != _NOT_ALLOWED:
            raise session.failure(head)
        answer = self._manifest(session, named)
        if answer is None:
            return False
        manifest.verified(answer, named.digest)
        return self._missing_child(session, named, answer) is None

    def _session(self, named: Reference) -> Session:
        domain = named.domain.lower()
        if domain not in self._sessions:
            hosts = self._auth_hosts.get(domain, frozenset())
            self._sessions[domain] = Session(domain, self._client, self._config, hosts)
        return self._sessions[domain]

    def _manifest(self, session: Session, named: Reference) -> Answer | None:
        """The manifest, None where there is none."""
        answer = session.manifest("GET", named.path, named.digest or named.tag or "")
        if answer.status == _NOT_FOUND:
            return None
        if answer.status != _OK:
            raise session.failure(answer)
        return answer

    def _missing_child(self, session: Session, named: Reference, answer: Answer) -> str | None:
        """The first image that an index leads to for the platform and that is not there."""
        for digest in manifest.children(answer, self._platform):
            head = session.manifest("HEAD", named.path, _read(f"{named.name}@{digest}").digest or "")
            if head.status == _NOT_FOUND:
                return digest
            if head.status != _OK:
                raise session.failure(head)
            manifest.check_announced(head, digest)
        return None


def _read(reference: str) -> Reference:
    """An image's name, with the registry filled in, that says which of its versions is meant."""
    scheme, separator, rest = reference.partition("://")
    named = parse_normalized(rest if separator else scheme)
    if named.tag is None and named.digest is None:
        raise InputError(f"{reference} names no version", hint="Add a tag: NAME:TAG.")
    return named
