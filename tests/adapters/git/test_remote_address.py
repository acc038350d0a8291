"""Which addresses of remotes are taken, and what they say."""

from __future__ import annotations

import contextlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.remotes import new_remote

from mlgitops.adapters.git.process import Git
from mlgitops.adapters.git.remote_address import RemoteAddress, parse, remote_address
from mlgitops.adapters.git.settings import Settings
from mlgitops.adapters.git.writing import WritingGit
from mlgitops.errors import InputError

SECRET = "hunter22secret"
TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"

TAKEN = {
    "https://github.com/acme/models.git": ("https", "github.com", 0, "acme/models"),
    "https://GitHub.com:443/acme/models/": ("https", "github.com", 0, "acme/models"),
    "HTTPS://ada@git.example.org:8443/a/b/c": ("https", "git.example.org", 8443, "a/b/c"),
    "https://[2001:db8::1]:3000/a/b": ("https", "[2001:db8::1]", 3000, "a/b"),
    "http://localhost:3000/a/b": ("http", "localhost", 3000, "a/b"),
    "http://[::1]:3000/a/b.git": ("http", "[::1]", 3000, "a/b"),
    "git@github.com:acme/models.git": ("ssh", "github.com", 0, "acme/models"),
    "github.com:acme/models": ("ssh", "github.com", 0, "acme/models"),
    "git@host:/srv/git/models.git": ("ssh", "host", 0, "srv/git/models"),
    "ssh://git@git.example.org:2222/~ada/models.git": ("ssh", "git.example.org", 2222, "~ada/models"),
    "ssh://git.example.org/a": ("ssh", "git.example.org", 0, "a"),
}

REFUSED = [
    "",
    " ",
    "-",
    "--",
    "--upload-pack=touch canary",
    "-oProxyCommand=touch canary",
    "-oProxyCommand=touch:canary",
    "ext::sh -c touch% canary",
    "ext::sh",
    "EXT::sh",
    "fd::3",
    f"https://ada:{SECRET}?x@host/a/b",
    "https::https://host/a/b",
    "http::http://localhost/a/b",
    "transport::address",
    "::",
    "x::y",
    "ssh://-oProxyCommand=touch/a/b",
    "ssh://git@-oProxyCommand=touch/a/b",
    "ssh://-git@host/a/b",
    "git@-oProxyCommand=touch:a",
    "-git@host:a",
    "git@host:-oProxyCommand=touch",
    "git@host::a",
    "git@host:",
    "host:",
    ":a/b",
    "@host:a",
    "git@:a",
    "git@host:$(touch${IFS}canary)",
    "git@host:`touch`",
    "git@host:a;touch",
    "git@host:a|touch",
    "git@host:'a'",
    f"https://ada:{SECRET}@host/a/b",
    f"https://:{SECRET}@host/a/b",
    f"https://ada:{SECRET} x@host/a/b",
    f"https://{TOKEN}@github.com/a/b",
    "https://0123456789abcdef0123456789abcdef01234567@github.com/a/b",
    f"ssh://git:{SECRET}@host/a/b",
    f"git:{SECRET}@host:a/b",
    f"https://host/a/b?private_token={SECRET}",
    f"https://host/a/b#access_token={SECRET}",
    "http://git.example.org/a/b",
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1.example.org/a/b",
    "http://localhost@git.example.org/a/b",
    "http://localhost.example.org/a/b",
    "git://host/a/b",
    "ftp://host/a/b",
    "ftps://host/a/b",
    "rsync://host/a/b",
    "git+ssh://host/a/b",
    "ssh+git://host/a/b",
    "javascript:alert(1)",
    "file://host/srv/a",
    "file:///nowhere/at/all",
    "file:srv/a b",
    "/nowhere/at/all",
    "https:///a/b",
    "https://host",
    "https://host/",
    "https://host/.git",
    "https://host:0/a/b",
    "https://host:99999/a/b",
    "https://host:x/a/b",
    "https://host/a/../b",
    "https://host/a/%2e%2e/b",
    "https://host/a/%2E%2e%2fb",
    "https://ho st/a/b",
    "https://host/a b",
    "https://host/a\nb",
    "https://host\r\nHost: evil/a/b",
    "https://host/\ta",
    "https://host\\@evil/a/b",
    "https://ada@host@evil/a/b",
    "https://[::1/a/b",
    "https://[x]/a/b",
    "https://h\u00f6st/a/b",
    "https://host/\u202ea/b",
    "https://host/a/\u00fc",
    "https://$(touch canary)/a/b",
    "C:\\models",
    "relative/path",
    "~/models",
    ".",
]


@pytest.fixture
def remote(tmp_path):
    return new_remote(tmp_path, {"a": "x"})


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A remote whose address each test sets."""
    return new_remote(tmp_path_factory.mktemp("shared"), {"a": "x"})


@pytest.mark.parametrize(("url", "expected"), TAKEN.items())
def test_what_is_taken(shared, url, expected):
    git = Git(shared.repo.top)
    assert parse(url, git) == RemoteAddress(url, *expected)
    shared.repo.git("config", "remote.origin.url", url)
    assert remote_address(git, "origin") == parse(url, git)


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_refused_runs_nothing_and_shows_no_secret(shared, url, monkeypatch):
    git = Git(shared.repo.top)
    monkeypatch.chdir(shared.repo.top)
    shared.repo.git("config", "remote.origin.url", url)
    for call in (lambda: parse(url, git), shared.open):
        with pytest.raises(InputError) as caught:
            call()
        for secret in (SECRET, TOKEN, "0123456789abcdef0123"):
            assert secret not in caught.value.message
        assert caught.value.message.isprintable()
        assert "git remote" in caught.value.hint
    assert list(shared.repo.top.glob("canary")) == []


_PIECES = [
    "https://",
    "http://",
    "ssh://",
    "ext::",
    "file://",
    "git@",
    "host",
    "localhost",
    ":",
    "/",
    "@",
    "-",
    "..",
    "%2e",
    "[::1]",
]


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=3)), max_size=6).map("".join))
def test_any_text_is_an_address_or_is_refused(shared, text):
    address = None
    with contextlib.suppress(InputError):
        address = parse(text, Git(shared.repo.top))
    if address is None:
        return
    assert address.scheme in ("https", "http", "ssh") or text.startswith(("/", ".", "file:///"))
    assert not address.url.startswith("-")
    assert "::" not in address.url.replace("[::", "")
    assert address.scheme != "http" or address.host in ("localhost", "[::1]")


@given(
    st.sampled_from(["https", "ssh", "http", "ftp", ""]), st.text(max_size=5), st.text(max_size=5), st.text(max_size=9)
)
def test_no_secret_of_an_address_is_ever_shown(shared, scheme, user, more, rest):
    begin = f"{scheme}://" if scheme else ""
    for url in (
        f"{begin}{user}:{SECRET}{more}@host/{rest}",
        f"{begin}{user}{SECRET}{more}@host:{rest}/x?token={SECRET}",
    ):
        with contextlib.suppress(InputError):
            parse(url, Git(shared.repo.top))
            continue
        with pytest.raises(InputError) as caught:
            parse(url, Git(shared.repo.top))
        assert SECRET not in caught.value.message


@pytest.mark.parametrize("url", [url for url in REFUSED if "host" not in url and "example" not in url])
def test_even_if_such_an_address_got_through(shared, url):
    """The second line: no protocol but the one that is meant, and no value taken for an option."""
    writing = WritingGit(git := Git(shared.repo.top), Settings(git))
    push = [f"{shared.tip}:refs/heads/x"]
    for protocol, command, values in (("file", "ls-remote", []), ("https", "fetch", ["main"]), ("ssh", "push", push)):
        variables = {"GIT_ALLOW_PROTOCOL": protocol, "GIT_SSH_COMMAND": "false"}
        assert writing.run(command, values=[url, *values], variables=variables).code or url in (".", "")
    for place in (shared.repo.top, writing._apart.folder):
        assert list(place.glob("canary*")) == []


@pytest.mark.parametrize(
    "name",
    ["", "-x", "--upload-pack=x", "a b", "..", "a/../b", "x.lock", "a\nb", "*", "a:b", "@{u}", "/", "a~1", "\u202e "],
)
def test_names_that_no_remote_can_have(remote, name):
    with pytest.raises(InputError, match="no remote can be called"):
        remote.open(name=name)


def test_a_remote_that_is_not_there(remote):
    with pytest.raises(InputError, match="has no remote `upstream`") as caught:
        remote.open(name="upstream")
    assert "git remote add upstream URL" in caught.value.hint


def test_names_that_are_unusual(remote):
    for name in ("My.Fork", "a/b", "\u00fc"):
        remote.repo.git("config", f"remote.{name}.url", str(remote.bare.top))
        assert remote.open(name=name).fetch("main") == {"main": remote.tip}


def test_a_folder_inside_the_repository_is_no_remote(remote):
    for place in ("environments/evil", ".git/evil"):
        folder = remote.repo.top / place
        folder.parent.mkdir(exist_ok=True)
        remote.bare.git("clone", "--quiet", "--bare", str(remote.bare.top), str(folder))
        for url in (str(folder), f"file://{folder}", f"./{place}", f"{remote.bare.top}/../work/{place}"):
            with pytest.raises(InputError, match="lies inside this repository"):
                parse(url, Git(remote.repo.top))
    (remote.bare.top.parent / "link").symlink_to(remote.repo.top / "environments/evil")
    with pytest.raises(InputError, match="lies inside this repository"):
        parse(f"{remote.bare.top.parent}/link", Git(remote.repo.top))


@pytest.mark.parametrize("form", ["{}", "file://{}", "../remote.git", "./../remote.git", "{}/"])
def test_a_folder_outside(remote, form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = parse(form.format(remote.bare.top), Git(remote.repo.top))
    assert address == RemoteAddress(str(remote.bare.top), "file", "", 0, str(remote.bare.top))


def test_a_folder_with_an_odd_name(tmp_path):
    remote = new_remote(tmp_path / "My \u00dcber: folder; $(x)", {"a": "x"})
    assert remote.open().tips("") == {"main": remote.tip}
    remote.repo.git("config", "remote.origin.url", f"file://{str(remote.bare.top).replace(' ', '%20')}")
    assert remote.open().tips("") == {"main": remote.tip}


@pytest.fixture
def users_file(tmp_path, monkeypatch):
    place = tmp_path / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place))
    command = ["git", "config", "--file", str(place), "--add"]
    return lambda key, value: subprocess.run([*command, key, value], check=True)


def test_the_user_may_have_addresses_rewritten(remote, users_file):
    git = Git(remote.repo.top)
    users_file("url.git@github.com:.insteadOf", "gh:")
    users_file("url.https://github.com/acme/.insteadOf", "gh:acme/")
    users_file("url.ssh://git@push.example.org/.pushInsteadOf", "gh:")
    remote.repo.git("config", "remote.origin.url", "gh:ada/x")
    assert remote_address(git, "origin").url == "git@github.com:ada/x"
    remote.repo.git("config", "remote.origin.url", "gh:acme/x")
    opened = remote.open()
    assert opened.address.url == "https://github.com/acme/x"
    assert opened._to.address.url == "ssh://git@push.example.org/acme/x"


def test_the_repository_may_not(remote):
    remote.repo.git("config", "url.ext::sh.insteadOf", str(remote.bare.top))
    remote.repo.git("config", "url.ext::sh.pushInsteadOf", str(remote.bare.top))
    assert remote.open().fetch("main") == {"main": remote.tip}


def test_what_the_user_has_rewritten_is_judged_too(remote, users_file):
    users_file("url.ext::sh.insteadOf", "https://host/")
    remote.repo.git("config", "remote.origin.url", "https://host/a/b")
    with pytest.raises(InputError, match="is not used"):
        remote.open()


def test_no_password_is_taken_from_a_rewriting(remote, users_file):
    users_file(f"url.https://ada:{SECRET}@host/.insteadOf", "https://host/")
    remote.repo.git("config", "remote.origin.url", "https://host/a/b")
    assert remote.open().address.url == "https://host/a/b"
    users_file(f"url.https://{TOKEN}@github.com/.insteadOf", "https://github.com/")
    remote.repo.git("config", "remote.origin.url", "https://github.com/a/b")
    with pytest.raises(InputError, match="holds a credential") as caught:
        remote.open()
    assert TOKEN not in caught.value.message
