"""Wiring of what moves releases: `promote`, `rollback`, `hold`, `unhold` and `gates`."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops import wiring
from mlgitops.errors import InputError, NotPermittedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.remote_address import RemoteAddress
    from mlgitops.adapters.http import Client
    from mlgitops.core.code_owners import CodeOwners
    from mlgitops.core.credential import Credential
    from mlgitops.ports import Progress
    from mlgitops.ports.forge import Forge
    from mlgitops.workflows.promotion.session import Parts


class Options(NamedTuple):
    """What is common to everything that is brought to a remote.

    Attributes:
        remote: Name of the remote.
        forge: Whether a forge is asked.
        registries: Whether registries are asked for what releases load.
        writes: Whether something may be pushed, or said on a forge.
        progress: Who watches.
        notify: Hears what is waited for, as one line of text.
        with_token: Whether the forge is asked only where it is known and a token for it is there.
    """

    remote: str
    forge: bool
    registries: bool
    writes: bool
    progress: Progress
    notify: Callable[[str], None]
    with_token: bool = False


@contextmanager
def opened(root: Path, options: Options) -> Iterator[Parts]:
    """What the workflows work with, for the environment repository at `root`.

    Raises:
        InputError: It is in no Git repository, or that has no such remote.
        NotPermittedError: The job runs for a change from a fork, and something would be written.
    """
    from mlgitops.adapters.git.history import CommitHistory
    from mlgitops.adapters.git.remote import open_remote
    from mlgitops.adapters.git.remote_address import remote_address
    from mlgitops.output.pull_request import body
    from mlgitops.workflows.promotion.plan import Tools
    from mlgitops.workflows.promotion.session import Parts
    from mlgitops.workflows.promotion.verdicts import Outside

    if options.writes:
        _refuse_forks()
    git = repository(root)
    prefix = "" if root == git.top else root.relative_to(git.top).as_posix()
    now = wiring.now()
    address = remote_address(git, options.remote, for_push=True)
    remote = open_remote(git, prefix, options.remote, _credential(git, prefix, options.remote, address))
    tools = Tools(wiring.schemas(), wiring.rules, now.date().isoformat(), wiring.processes, options.progress)
    with ExitStack() as stack:
        connect = _connector(stack, options)
        published = _published(stack, options) if options.registries else None

        def forge(settings: Mapping[str, Any]) -> Forge | None:
            if not options.forge or (options.with_token and not _has_token(address, settings)):
                return None
            return _forge(address, settings, connect)

        yield Parts(
            remote,
            CommitHistory(git, prefix),
            tools,
            wiring.gates(),
            Outside(now, published),
            forge,
            body,
            lambda commit, kind: _owners(git, prefix, commit, kind),
            unasked=bool(address.host) and not options.forge,
        )


def repository(root: Path) -> Git:
    """The Git repository around `root`.

    Raises:
        InputError: There is none.
    """
    found = wiring.git(root)
    if found is None:
        raise InputError(
            f"{root} is not in a Git checkout", hint="Promotions are commits: run this in a clone of the repository."
        )
    return found


def commit(root: Path, revision: str) -> str:
    """The full name of the commit that a revision means.

    Raises:
        InputError: There is none here.
    """
    from mlgitops.adapters.git.revisions import resolve

    return resolve(repository(root), revision)


def person(root: Path) -> str:
    """The address of whoever commits, as Git is set up; empty where it is not."""
    from mlgitops.adapters.git.settings import Settings

    return Settings(repository(root)).effective("user.email") or ""


def _refuse_forks() -> None:
    from mlgitops.adapters.ci import fork

    source = fork(os.environ)
    if source:
        raise NotPermittedError(
            f"this job runs for a change from {source}: nothing is pushed, or said on the forge, for a fork",
            hint="Promote from a job of your own branches: on a push, on a schedule, or by hand.",
        )


def _credential(git: Git, prefix: str, remote: str, address: RemoteAddress) -> Credential | None:
    """The token for Git; None where nothing tells which forge the remote's host is: then Git's helpers know one.

    What kind of forge it is has to be known before the base branch can be read, so it is read from that branch as it
    was last fetched. It decides which token goes to the remote's own host, never to another one.
    """
    if address.scheme not in ("https", "http"):
        return None
    from mlgitops.adapters import forges

    try:
        return forges.credential(address, _last_known(git, prefix, remote), os.environ)
    except InputError:
        return None


def _last_known(git: Git, prefix: str, remote: str) -> Mapping[str, Any]:
    """`forge` of the project on the remote's default branch as it was last fetched; empty where nobody knows."""
    from mlgitops.adapters.git.snapshots import CommitSnapshot
    from mlgitops.core.layout import PROJECT_FILE
    from mlgitops.core.yaml.read import load

    for branch in ("HEAD", "main", "master"):
        try:
            with CommitSnapshot(git, f"refs/remotes/{remote}/{branch}", prefix) as snapshot:
                settings = load(snapshot.read(PROJECT_FILE), PROJECT_FILE).get("forge")
        except (InputError, AttributeError):
            continue
        if isinstance(settings, dict):
            return settings
    return {}


def _forge(address: RemoteAddress, settings: Mapping[str, Any], connect: Callable[[], Client]) -> Forge | None:
    if not address.host:
        return None
    from mlgitops.adapters import forges

    return forges.recognise(address, settings, os.environ, connect())


def _has_token(address: RemoteAddress, settings: Mapping[str, Any]) -> bool:
    from mlgitops.adapters import forges

    try:
        return forges.has_token(address, settings, os.environ)
    except InputError:  # nothing tells which forge it is
        return False


def _owners(git: Git, prefix: str, commit: str, kind: str) -> CodeOwners:
    """The code owners that a commit names: forges look for the file at Git's own top, and so do its patterns begin."""
    from mlgitops.adapters.git.snapshots import CommitSnapshot
    from mlgitops.core import code_owners

    with CommitSnapshot(git, commit) as snapshot:
        return code_owners.read(snapshot, kind, prefix)


def _connector(stack: ExitStack, options: Options) -> Callable[[], Client]:
    """What makes the one client, on first use."""
    made: list[Client] = []

    def connect() -> Client:
        if not made:
            from mlgitops.adapters.forges import PATIENCE
            from mlgitops.adapters.http import Client

            made.append(stack.enter_context(Client(trust_env=True, patience=PATIENCE, notify=options.notify)))
        return made[0]

    return connect


def _published(stack: ExitStack, options: Options) -> Callable[[str, str], bool | None]:
    """Tells whether a digest exists at an address; None where nobody here can ask for such addresses."""
    from mlgitops.adapters.registries import Options as RegistryOptions
    from mlgitops.adapters.registries import Registries, asks

    def connect() -> Client:
        from mlgitops.adapters.http import Client

        return Client(trust_env=True, notify=options.notify)

    registries = stack.enter_context(Registries(RegistryOptions(os.environ), connect, options.progress))

    def published(address: str, digest: str) -> bool | None:
        if not asks(address):
            return None
        return registries.exists(address if address.endswith(f"@{digest}") else f"{address}@{digest}")

    return published
