"""What Git, curl, ssh and servers say when a remote cannot be reached or does not let in."""

from __future__ import annotations

import pytest

from mlgitops.adapters.git.bounded import Ended
from mlgitops.adapters.git.refusals import of_remote, shown
from mlgitops.adapters.git.remote_address import RemoteAddress
from mlgitops.errors import InputError, NotPermittedError, RefusedError

ADDRESS = RemoteAddress("https://git.example.org/a/b", "https", "git.example.org", 0, "a/b")
UNABLE = "fatal: unable to access 'https://git.example.org/a/b/': "

CASES = [
    ("fatal: could not read Username for 'https://x': terminal prompts disabled", NotPermittedError),
    ("fatal: Authentication failed for 'https://x/'", NotPermittedError),
    (f"{UNABLE}The requested URL returned error: 403", NotPermittedError),
    ("remote: Permission to a/b.git denied to ada.", NotPermittedError),
    ("remote: HTTP Basic: Access denied", NotPermittedError),
    ("git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.", NotPermittedError),
    ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", NotPermittedError),
    ("remote: ERROR: The project you were looking for could not be found or you may not view it.", NotPermittedError),
    (f"{UNABLE}The requested URL returned error: 301", InputError),
    ("Host key verification failed.\nfatal: Could not read from remote repository.", InputError),
    ("fatal: '/x' does not appear to be a git repository", InputError),
    ("error: cannot run ssh: No such file or directory", InputError),
    ("bash: git-upload-pack: command not found", InputError),
    (f"{UNABLE}SSL certificate problem: self-signed certificate", RefusedError),
    (f"{UNABLE}Could not resolve host: git.example.org", RefusedError),
    (f"{UNABLE}Failed to connect to git.example.org port 443: Connection refused", RefusedError),
    (f"{UNABLE}The requested URL returned error: 502", RefusedError),
    (f"{UNABLE}The requested URL returned error: 429", RefusedError),
    (f"{UNABLE}Operation too slow. Less than 1 bytes/sec transferred the last 60 seconds", RefusedError),
    ("ssh: connect to host x port 22: Connection timed out", RefusedError),
    ("fatal: the remote end hung up unexpectedly", RefusedError),
    ("", RefusedError),
]


@pytest.mark.parametrize(("said", "kind"), CASES)
def test_what_is_made_of_it(said, kind):
    error = of_remote(ADDRESS, Ended(128, b"", f"{said}\n".encode()))
    assert type(error) is kind
    assert "git.example.org/a/b" in error.message
    assert error.hint


def test_what_is_shown():
    said = b"remote: \rremote: Counting 10%\rremote: Counting 100%\n\x1b[31mremote: no\xff\xe2\x80\xae\n\nremote:\n"
    assert shown(said).endswith("[31mremote: no\ufffd")
    assert shown(b"") == "no reason given"
    assert len(shown(b"x" * 5000)) == 1000
    assert shown(b"t0ken-1234 or dDBrZW4tMTIzNA==", ["t0ken-1234"]) == "*** or ***"
