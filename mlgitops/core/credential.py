"""What an account proves itself with, to one host and no other."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credential:
    """A token and where it may be sent. It does not show in `repr`, so not in a traceback of values either.

    Attributes:
        host: The only host it is for, in lower case, with `:port` where that is not the scheme's own.
        username: What the forge wants beside it: `x-access-token` on GitHub, `oauth2` or `gitlab-ci-token` on GitLab,
            the account's name on Gitea.
        token: The secret.
    """

    host: str
    username: str
    token: str = field(repr=False)
