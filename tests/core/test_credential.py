from __future__ import annotations

from mlgitops.core.credential import Credential


def test_a_token_does_not_show():
    credential = Credential("github.com", "x-access-token", "t0ken-that-nobody-may-see")
    assert "t0ken" not in f"{credential!r} {credential} {[credential]}"
    assert "github.com" in repr(credential)
    assert credential != Credential("github.com", "x-access-token", "another")
