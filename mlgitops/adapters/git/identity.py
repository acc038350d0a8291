"""In whose name commits are made, and how they are signed: as Git is set up, with no program of the repository's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlgitops.adapters.git.settings import Settings

# Words about a person, which a repository's own file may say too.
_WORDS = ("user.name", "user.email", "author.name", "author.email", "committer.name", "committer.email")
_SIGNING_WORDS = ("user.signingkey", "gpg.format")
# Programs, and what makes one run: the user's and the machine's only.
_PROGRAMS = frozenset(
    {
        "gpg.program",
        "gpg.openpgp.program",
        "gpg.x509.program",
        "gpg.ssh.program",
        "gpg.ssh.defaultkeycommand",
    }
)
_YES = ("true", "yes", "on")


def signs(settings: Settings) -> bool:
    """Whether Git is set up to sign commits (`commit.gpgSign`)."""
    value = settings.effective("commit.gpgsign")
    return value is not None and (value.lower() in _YES or (value.isdigit() and int(value) != 0))


def configuration(settings: Settings) -> list[tuple[str, str]]:
    """What `git commit-tree` is told of who commits; of programs and keys too where it signs."""
    words = (*_WORDS, *_SIGNING_WORDS) if signs(settings) else _WORDS
    said = [(key, value) for key in words if (value := settings.effective(key)) is not None]
    return said + (settings.of_user(_PROGRAMS.__contains__) if signs(settings) else [])
