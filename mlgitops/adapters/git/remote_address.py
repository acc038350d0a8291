"""Where a remote is: which addresses are taken, and what they say.

An address stands in a file that may have come with the repository, and reaches `git`, `ssh` and `curl`. So it is taken
apart here, by rules narrower than Git's, and what they do not know is refused.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from mlgitops.adapters.git.settings import Settings
from mlgitops.core.git_refs import is_valid_ref
from mlgitops.core.redaction import redact
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.adapters.git.process import Git

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]"
_USER = r"[A-Za-z0-9._][A-Za-z0-9._+%~-]{0,127}"
_PATH = r"[A-Za-z0-9._~/@%+,:=-]+"
_URL = re.compile(rf"(https?|ssh)://(?:({_USER})@)?({_HOST})(?::([0-9]{{1,5}}))?(/{_PATH})", re.IGNORECASE)
_SHORT = re.compile(rf"(?:({_USER})@)?({_HOST}):(?!-)([A-Za-z0-9._~/%+,=-]+)")  # git@host:path, for ssh
_PASSWORD = re.compile(r"[A-Za-z0-9+.-]+://[^/]*:[^/]*@")
_LONGEST_ACCOUNT = 39  # GitHub's; the tokens that forges take as user names are longer
_MAX_PORT = 65535
_PORTS = {"https": 443, "http": 80, "ssh": 22}


class RemoteAddress(NamedTuple):
    """Where a remote is.

    Attributes:
        url: What Git is given; holds no secret.
        scheme: `https`, `ssh`, `http` (this machine only) or `file`.
        host: In lower case, IPv6 in brackets; empty for `file`.
        port: As written, 0 where it is the scheme's own.
        path: Of the repository: `owner/name` for an address of a host, without `.git`; for `file` the absolute path.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def site(self) -> str:
        """Host, and port where it is not the scheme's own."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def origin(self) -> str:
        """The address of the host itself, for what is configured for it."""
        return f"{self.scheme}://{self.site}/"

    @property
    def shown(self) -> str:
        """For messages."""
        return redact(self.url)


def remote_address(git: Git, name: str, *, for_push: bool = False) -> RemoteAddress:
    """As `configured`, where nothing else is asked of the configuration.

    Raises:
        InputError: As `configured`.
        RefusedError: Git failed.
    """
    return configured(git, Settings(git), name, for_push=for_push)


def configured(git: Git, settings: Settings, name: str, *, for_push: bool = False) -> RemoteAddress:
    """The address of the remote `name`, as the repository's own configuration has it.

    Args:
        git: The repository.
        settings: Its configuration.
        name: Of the remote.
        for_push: Whether what is pushed goes there; else what is read comes from there.

    Raises:
        InputError: There is no such remote, or its address is not one that is used.
    """
    if name.startswith("-") or not is_valid_ref(f"refs/remotes/{name}/x"):
        raise InputError(f"no remote can be called {name!a}", hint="`git remote` lists those of this repository.")
    urls = settings.of_repository(f"remote.{name}.url")
    pushed = settings.of_repository(f"remote.{name}.pushurl") if for_push else []
    if not urls:
        raise InputError(
            f"this repository has no remote `{name}`",
            hint=f"Add it with `git remote add {name} URL`, or name another one with `--remote`.",
        )
    kinds = ["pushinsteadof", "insteadof"] if for_push and not pushed else ["insteadof"]
    return parse(_rewritten(settings, (pushed or urls)[0], kinds), git)


def _rewritten(settings: Settings, url: str, kinds: list[str]) -> str:
    """As the user's own `url.<base>.insteadOf` says: the longest beginning wins.

    A rewriting that brings a password in, as CI images have it, is left out: tokens come as tokens, or not at all.
    """
    for kind in kinds:
        found = settings.of_user(lambda key, kind=kind: key.startswith("url.") and key.endswith(f".{kind}"))  # type: ignore[misc]
        pairs = [(value, key[4 : -len(kind) - 1]) for key, value in found if url.startswith(value)]
        fitting = [(value, base) for value, base in pairs if not _PASSWORD.match(base)]
        if fitting:
            beginning, base = max(fitting, key=lambda pair: len(pair[0]))
            return base + url[len(beginning) :]
    return url


def parse(url: str, git: Git) -> RemoteAddress:
    """Take an address apart.

    Raises:
        InputError: It is not one that is used; the message never holds a secret of it.
    """
    if url.isprintable() and url.startswith(("/", "./", "../", "file://")):
        return _on_disk(url, git)
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise _refused(url, "it holds characters that no address has")
    found = _URL.fullmatch(url)
    if found:
        scheme, user, host, port, path = found.groups()
        return _on_host(url, scheme.lower(), user or "", host.lower(), int(port or _PORTS[scheme.lower()]), path)
    short = _SHORT.fullmatch(url)
    if short and "://" not in url:
        return _on_host(url, "ssh", short[1] or "", short[2].lower(), _PORTS["ssh"], short[3])
    if _PASSWORD.match(url):
        raise _with_credential(url)
    raise _refused(url, "only https, ssh and absolute paths are used")


def _on_host(url: str, scheme: str, user: str, host: str, port: int, path: str) -> RemoteAddress:
    if scheme == "http":
        from mlgitops.adapters.http.addresses import is_loopback_name

        if not is_loopback_name(host):
            raise _refused(url, "http is for this machine only: anyone on the way can read and change it")
    if scheme in ("http", "https") and (len(user) > _LONGEST_ACCOUNT or redact(user) != user):
        raise _with_credential(url)
    plain = path.strip("/").removesuffix(".git").rstrip("/")
    if not plain or not 0 < port <= _MAX_PORT or {".", ".."} & set(unquote(plain).split("/")):
        raise _refused(url, "it names no repository on that host")
    return RemoteAddress(url, scheme, host, 0 if port == _PORTS[scheme] else port, plain)


def _on_disk(url: str, git: Git) -> RemoteAddress:
    """A folder of this machine, outside of the repository: what the repository brings must not serve it, hooks first.

    Git takes a relative path from where it runs, which is the work tree's top for most of its commands.
    """
    path = unquote(url.removeprefix("file://")) if url.startswith("file://") else url
    if not path.startswith(("/", ".")):
        raise _refused(url, "a `file://` address names no host")
    folder = Path(git.top, path).resolve()
    if any(folder.is_relative_to(place.resolve()) for place in (git.top, git.folder)):
        raise _refused(url, "it lies inside this repository")
    if not folder.is_dir():
        raise _refused(url, "there is no such folder")
    return RemoteAddress(os.fspath(folder), "file", "", 0, os.fspath(folder))


def _refused(url: str, why: str) -> InputError:
    _, at, rest = ascii(url)[1:-1].rpartition("@")  # a password may hold `?`, so what stands before is cut off first
    shown = redact(("***@" if at else "") + rest.partition("?")[0])[:200]
    return InputError(
        f"the remote's address `{shown}` is not used: {why}",
        hint="Set another one with `git remote set-url`, such as https://HOST/OWNER/NAME or git@HOST:OWNER/NAME.",
    )


def _with_credential(url: str) -> InputError:
    found = re.match(r"([A-Za-z0-9+.-]+)://[^/]*@([^/@]*)", url)
    where = f"{found[1]}://{quote(found[2], safe=':[].')}" if found else "it"
    return InputError(
        f"the remote's address holds a credential: {where}",
        hint="Take it out: `git remote set-url origin URL`, in GitLab CI `$CI_PROJECT_URL.git`; tokens are variables.",
    )
