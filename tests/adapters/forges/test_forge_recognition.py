"""Which forge a remote is on, and which token goes to it: no other, nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.forges.worlds import Where
from support.scripted import ScriptedServer, answer

from mlgitops.adapters import forges
from mlgitops.adapters.forges.shared.hosted import Hosted
from mlgitops.adapters.http import Client
from mlgitops.errors import InputError, NotPermittedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from support.scripted import Received

    from mlgitops.adapters.forges.shared.rest import Access

GITHUB = Where("https", "github.com", 0, "acme/fleet")
GITLAB = Where("https", "gitlab.com", 0, "acme/ml/fleet")
OWN = Where("https", "git.acme.dev", 0, "ml/fleet")
ALL = {
    name: f"{name}-canary"
    for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "CI_JOB_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN")
}


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(trust_env=False, patience=forges.PATIENCE) as client:
        yield client


def access(found: Any) -> Access:
    assert isinstance(found, Hosted)
    access: Access = found._api.rest.access
    return access


def token(found: Any) -> str | None:
    chosen = access(found).token
    return chosen.value if chosen else None


@pytest.mark.parametrize(
    ("where", "kind", "api", "variable"),
    [
        (GITHUB, "github", "https://api.github.com", "GITHUB_TOKEN"),
        (Where("ssh", "github.com", 0, "acme/fleet"), "github", "https://api.github.com", "GITHUB_TOKEN"),
        (Where("ssh", "ssh.github.com", 443, "acme/fleet"), "github", "https://api.github.com", "GITHUB_TOKEN"),
        (GITLAB, "gitlab", "https://gitlab.com/api/v4", "GITLAB_TOKEN"),
        (Where("ssh", "altssh.gitlab.com", 443, "acme/fleet"), "gitlab", "https://gitlab.com/api/v4", "GITLAB_TOKEN"),
        (Where("https", "codeberg.org", 0, "acme/fleet"), "forgejo", "https://codeberg.org/api/v1", "FORGEJO_TOKEN"),
        (Where("https", "gitea.com", 0, "acme/fleet"), "gitea", "https://gitea.com/api/v1", "FORGEJO_TOKEN"),
    ],
)
def test_public_forges_are_known_by_their_hosts(
    client: Client, where: Where, kind: str, api: str, variable: str
) -> None:
    found = forges.recognise(where, {}, ALL, client)
    assert found is not None
    assert (found.kind, access(found).api, token(found)) == (kind, api, f"{variable}-canary")


def test_a_remote_that_is_a_folder_is_on_no_forge(client: Client) -> None:
    where = Where("file", "", 0, "/srv/fleet.git")
    assert forges.recognise(where, {"kind": "github"}, ALL, client) is None
    assert forges.credential(where, {}, ALL) is None


@pytest.mark.parametrize(
    ("kind", "api", "variable"),
    [
        ("github", "https://git.acme.dev/api/v3", "GH_ENTERPRISE_TOKEN"),
        ("gitlab", "https://git.acme.dev/api/v4", "GITLAB_TOKEN"),
        ("gitea", "https://git.acme.dev/api/v1", "GITEA_TOKEN"),
        ("forgejo", "https://git.acme.dev/api/v1", "FORGEJO_TOKEN"),
    ],
)
def test_a_server_of_one_s_own_is_known_by_what_is_configured(
    client: Client, kind: str, api: str, variable: str
) -> None:
    environment = {variable: "t"}
    found = forges.recognise(OWN, {"kind": kind}, environment, client)
    assert (access(found).api, token(found)) == (api, "t")


def test_what_nothing_tells_is_asked_for(client: Client) -> None:
    with pytest.raises(InputError, match=r"git\.acme\.dev") as caught:
        forges.recognise(OWN, {}, ALL, client)
    assert "forge.kind" in (caught.value.hint or "")
    assert "forgejo, gitea, github, gitlab" in (caught.value.hint or "")


def test_an_unknown_kind_is_refused_with_those_that_are_known(client: Client) -> None:
    with pytest.raises(InputError, match="bitbucket") as caught:
        forges.recognise(OWN, {"kind": "bitbucket"}, {}, client)
    assert "gitlab" in (caught.value.hint or "")


CI: dict[str, tuple[Mapping[str, str], str, str, str]] = {
    "GitHub": (
        {
            "GITHUB_SERVER_URL": "https://git.acme.dev",
            "GITHUB_API_URL": "https://git.acme.dev/api/v3",
            "GITHUB_TOKEN": "job",
        },
        "github",
        "https://git.acme.dev/api/v3",
        "job",
    ),
    "GitLab": (
        {
            "GITLAB_CI": "true",
            "CI_SERVER_URL": "https://git.acme.dev",
            "CI_API_V4_URL": "https://git.acme.dev/api/v4",
            "CI_JOB_TOKEN": "job",
        },
        "gitlab",
        "https://git.acme.dev/api/v4",
        "job",
    ),
    "GitLab with a token of its own": (
        {
            "GITLAB_CI": "true",
            "CI_SERVER_URL": "https://git.acme.dev",
            "CI_JOB_TOKEN": "job",
            "GITLAB_TOKEN": "own",
        },
        "gitlab",
        "https://git.acme.dev/api/v4",
        "own",
    ),
    "Gitea, which speaks as GitHub": (
        {
            "GITEA_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://git.acme.dev",
            "GITHUB_API_URL": "https://git.acme.dev/api/v1",
            "GITHUB_TOKEN": "job",
        },
        "gitea",
        "https://git.acme.dev/api/v1",
        "job",
    ),
    "Gitea, with a token under its own name": (
        {
            "GITEA_ACTIONS": "true",
            "GITHUB_SERVER_URL": "https://git.acme.dev",
            "GITEA_TOKEN": "own",
        },
        "gitea",
        "https://git.acme.dev/api/v1",
        "own",
    ),
    "Forgejo": (
        {
            "FORGEJO_ACTIONS": "true",
            "GITEA_ACTIONS": "true",
            "FORGEJO_SERVER_URL": "https://git.acme.dev",
            "FORGEJO_TOKEN": "job",
        },
        "forgejo",
        "https://git.acme.dev/api/v1",
        "job",
    ),
}


@pytest.mark.parametrize(("environment", "kind", "api", "expected"), CI.values(), ids=CI.keys())
def test_a_ci_job_knows_its_own_server(
    client: Client, environment: Mapping[str, str], kind: str, api: str, expected: str
) -> None:
    found = forges.recognise(OWN, {}, environment, client)
    assert found is not None
    assert (found.kind, access(found).api, token(found)) == (kind, api, expected)


@pytest.mark.parametrize(
    "where",
    [GITHUB, GITLAB, GITHUB._replace(host="codeberg.org")],
    ids=["github.com", "gitlab.com", "codeberg.org"],
)
@pytest.mark.parametrize("environment", [row[0] for row in CI.values()], ids=CI.keys())
def test_a_ci_job_s_token_goes_to_no_other_server(client: Client, where: Where, environment: Mapping[str, str]) -> None:
    found = forges.recognise(where, {}, environment, client)
    assert token(found) is None
    assert forges.credential(where, {}, environment) is None


def test_a_token_of_github_com_s_ci_does_not_go_to_what_is_configured(client: Client) -> None:
    environment = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_TOKEN": "job", "GH_TOKEN": "job"}
    assert token(forges.recognise(OWN, {"kind": "github"}, environment, client)) is None


@pytest.mark.parametrize("kind", ["github", "gitlab", "gitea", "forgejo"])
def test_tokens_of_other_forges_are_not_sent(client: Client, kind: str) -> None:
    own = {"github": "G", "gitlab": "GITLAB", "gitea": "GITEA", "forgejo": "FORGEJO"}[kind]
    others = {name: value for name, value in ALL.items() if not name.startswith(own)}
    if kind == "gitea":
        del others["FORGEJO_TOKEN"]
    if kind == "forgejo":
        del others["GITEA_TOKEN"]
    if kind == "github":
        others = {name: ALL[name] for name in ("CI_JOB_TOKEN", "FORGEJO_TOKEN")}
    assert token(forges.recognise(OWN, {"kind": kind}, others, client)) is None


@pytest.mark.parametrize("value", ["", "  ", "two words", "line\nbreak", "t\u00f6ken", "nul\0"])
def test_what_no_header_can_carry_is_no_token(client: Client, value: str) -> None:
    environment = {"GITHUB_TOKEN": value, "GH_TOKEN": "good"}
    assert token(forges.recognise(GITHUB, {}, environment, client)) == "good"


def test_the_line_break_that_a_file_ends_in_is_left_out(client: Client) -> None:
    assert token(forges.recognise(GITHUB, {}, {"GITHUB_TOKEN": "good\n"}, client)) == "good"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "https://github.com.evil.example",
        "https://api.github.com",
        "http://169.254.169.254",
    ],
)
def test_what_is_configured_cannot_lead_away_from_the_remote(client: Client, url: str) -> None:
    with pytest.raises(InputError, match=r"credentials go only where the remote is"):
        forges.recognise(GITHUB, {"kind": "github", "url": url}, ALL, client)


@pytest.mark.parametrize("url", ["https://u:p@git.acme.dev", "https://git.acme.dev?x=1", "git.acme.dev", "https://["])
def test_what_is_configured_must_be_an_address(client: Client, url: str) -> None:
    with pytest.raises(InputError, match=r"forge\.url"):
        forges.recognise(OWN, {"kind": "gitea", "url": url}, {}, client)


def test_a_forge_below_a_path(client: Client) -> None:
    where = Where("https", "acme.dev", 0, "gitlab/ml/risk/fleet")
    found = forges.recognise(
        where, {"kind": "gitlab", "url": "https://acme.dev/gitlab/"}, {"GITLAB_TOKEN": "t"}, client
    )
    assert access(found).api == "https://acme.dev/gitlab/api/v4"
    assert found is not None
    assert found._api._project == "/projects/ml%2Frisk%2Ffleet"  # type: ignore[attr-defined]


def test_a_server_whose_ssh_has_another_name(client: Client) -> None:
    where = Where("ssh", "ssh.acme.dev", 2222, "ml/fleet")
    found = forges.recognise(where, {"kind": "gitea", "url": "https://git.acme.dev"}, {"GITEA_TOKEN": "t"}, client)
    assert (access(found).api, token(found)) == ("https://git.acme.dev/api/v1", "t")


def test_a_data_resident_github(client: Client) -> None:
    where = Where("https", "acme.ghe.com", 0, "ml/fleet")
    found = forges.recognise(where, {"kind": "github"}, {"GITHUB_TOKEN": "t"}, client)
    assert (access(found).api, token(found)) == ("https://api.acme.ghe.com", "t")


@pytest.mark.parametrize("variable", ["GITHUB_TOKEN", "GH_TOKEN"])
@pytest.mark.parametrize("host", ["git.acme.dev", "ghe.com.acme.dev", "evilghe.com", "github.com.acme.dev"])
def test_no_repository_gets_the_token_for_github_by_its_own_word(client: Client, variable: str, host: str) -> None:
    where, settings = OWN._replace(host=host), {"kind": "github"}
    assert token(forges.recognise(where, settings, {variable: "t"}, client)) is None
    assert forges.credential(where, settings, {variable: "t"}) is None
    named = {variable: "t", "GITHUB_SERVER_URL": f"https://{host}"}
    assert token(forges.recognise(where, settings, named, client)) == "t"


def test_a_token_for_a_server_of_one_s_own_is_for_no_public_one(client: Client) -> None:
    for more in ({}, {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com"}):
        environment = {"GH_ENTERPRISE_TOKEN": "t", **more}
        assert token(forges.recognise(GITHUB, {"kind": "github"}, environment, client)) is None


@pytest.mark.parametrize("path", ["fleet", "a//b", "a/../b", "a/b c", "a/%2e%2e", "a/b\n", "a/b?x", ""])
def test_paths_that_are_no_repository(client: Client, path: str) -> None:
    with pytest.raises(InputError):
        forges.recognise(GITHUB._replace(path=path), {}, {}, client)


def test_only_gitlab_has_groups_in_groups(client: Client) -> None:
    with pytest.raises(InputError, match="owner/name"):
        forges.recognise(GITHUB._replace(path="a/b/c"), {}, {}, client)


@pytest.mark.parametrize(
    ("where", "settings", "environment", "expected"),
    [
        (GITHUB, {}, {"GH_TOKEN": "t"}, ("github.com", "x-access-token", "t")),
        (GITLAB, {}, {"GITLAB_TOKEN": "t"}, ("gitlab.com", "oauth2", "t")),
        (
            GITLAB,
            {},
            {"GITLAB_CI": "true", "CI_SERVER_URL": "https://gitlab.com", "CI_JOB_TOKEN": "t"},
            ("gitlab.com", "gitlab-ci-token", "t"),
        ),
        (OWN._replace(port=8443), {"kind": "gitea"}, {"GITEA_TOKEN": "t"}, ("git.acme.dev:8443", "mlgitops", "t")),
        (Where("ssh", "github.com", 0, "acme/fleet"), {}, {"GH_TOKEN": "t"}, None),
        (GITHUB, {}, {}, None),
    ],
)
def test_git_gets_the_same_token_over_https(
    where: Where, settings: dict[str, str], environment: dict[str, str], expected: tuple[str, str, str] | None
) -> None:
    found = forges.credential(where, settings, environment)
    assert (found and (found.host, found.username, found.token)) == expected
    assert "'t'" not in repr(found)


def test_without_a_token_nothing_is_written_and_no_header_sent(client: Client) -> None:
    def script(received: Received) -> bytes:
        assert not {"authorization", "private-token", "job-token"} & set(received.headers)
        return answer(200, b"[]", content_type="application/json")

    from mlgitops.ports.forge import Proposal

    with ScriptedServer(script) as server:
        where = Where("http", "127.0.0.1", int(server.address.rpartition(":")[2]), "acme/fleet")
        for kind, variable in (("github", "GITHUB_TOKEN"), ("gitlab", "GITLAB_TOKEN"), ("gitea", "GITEA_TOKEN")):
            found = forges.recognise(where, {"kind": kind}, {}, client)
            assert found is not None
            assert found.pull_requests("mlgitops/") == []
            with pytest.raises(NotPermittedError, match="only changed by an account") as caught:
                found.create(Proposal("a/b", "main", "t", "b", draft=False))
            assert variable in (caught.value.hint or "")
        assert {received.method for received in server.received} == {"GET"}


def test_every_forge_is_one_module_and_none_is_claimed_twice() -> None:
    table = forges.table()
    assert set(table) == {"github", "gitlab", "gitea", "forgejo"}
    for module in table.values():
        assert set(module.HOSTS.values()) <= set(module.KINDS)
