"""Who owns what, as forges read CODEOWNERS."""

from __future__ import annotations

import pytest

from mlgitops.core.code_owners import CodeOwners, Owners, read
from mlgitops.core.snapshot import LoadedSnapshot

STATE = "environments/prod/state/risk/fraud.yaml"


def owning(text: str, path: str = STATE, kind: str = "github") -> set[str]:
    return {name for owners in CodeOwners(text, kind).of([path]) for name in owners.names}


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", STATE, True),
        ("*.yaml", STATE, True),
        ("*.yml", STATE, False),
        ("/environments/", STATE, True),
        ("environments/", STATE, True),
        ("prod/", STATE, True),
        ("/prod/", STATE, False),
        ("prod", STATE, True),
        ("/environments/prod", STATE, True),
        ("/environments/pro", STATE, False),
        ("environments/*", "environments/x.yaml", True),
        ("environments/*", STATE, False),
        ("/environments/*/state/", STATE, True),
        ("/environments/**/fraud.yaml", STATE, True),
        ("/environments/**/fraud.yaml", "environments/fraud.yaml", True),
        ("**/state/**", STATE, True),
        ("/environments/prod/**", STATE, True),
        ("/environments/prod/**", "environments/prod", False),
        ("**/fraud.yaml", STATE, True),
        ("fraud.yaml", STATE, True),
        ("fraud.yaml/", STATE, False),
        ("fra?d.yaml", STATE, True),
        ("state/risk", STATE, False),
        (r"my\ file.yaml", "my file.yaml", True),
        ("a+b(c).yaml", "a+b(c).yaml", True),
        ("/environments/prod/state/risk/fraud.yaml", STATE, True),
        ("*", ".github/CODEOWNERS", True),
        ("docs/*", "docs/build-app/troubleshooting.md", False),
        ("apps/", "x/apps/github", True),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert owning(f"{pattern} @ada\n", path) == ({"@ada"} if matches else set())


def test_the_last_line_that_matches_counts() -> None:
    text = "* @all\n/environments/prod/ @acme/ml @ada # those who know\n"
    assert owning(text) == {"@acme/ml", "@ada"}
    assert owning(text, "README.md") == {"@all"}
    assert owning(text + "/environments/prod/state/risk/\n") == set()


SECTIONS = "* @all\n[Risk][2] @risk\n/environments/\n^[Docs]\n*.yaml @writer\n[RISK]\n*.md @later\n"


def test_sections_demand_each_for_itself() -> None:
    assert CodeOwners(SECTIONS, "gitlab").of([STATE]) == (Owners(("@all",), True), Owners(("@risk",), True))


def test_a_section_may_leave_paths_out() -> None:
    text = SECTIONS + "[Risk]\n!/environments/prod/\n*.yaml @risk\n"
    assert owning(text, STATE, "gitlab") == {"@all"}
    assert owning(text, "environments/dev/x.yaml", "gitlab") == {"@all", "@risk"}


def test_nobody_else_knows_sections() -> None:
    assert owning("* @all\n[Risk] @risk\n*.yaml\n") == set()
    assert owning("* @all\n!*.yaml @risk\n") == {"@all"}


def test_comments_and_empty_lines_are_nothing() -> None:
    assert owning("# * @x\n\n  # * @y\n * ada@acme.dev\n") == {"ada@acme.dev"}


HERE = {
    "CODEOWNERS": b"* @top\n.* @top\n",
    "docs/CODEOWNERS": b"* @docs\n.* @docs\n",
    ".github/CODEOWNERS": b"* @hub\n",
    ".gitlab/CODEOWNERS": b"* @lab\n",
    ".gitea/CODEOWNERS": b".* @tea\n",
    ".forgejo/CODEOWNERS": b".* @jo\n",
}


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        ("github", ["@hub", "@top", "@docs"]),
        ("another", ["@hub", "@top", "@docs"]),
        ("gitlab", ["@top", "@docs", "@lab"]),
        ("gitea", ["@top", "@docs", "@tea"]),
        ("forgejo", ["@top", "@docs", "@tea", "@jo"]),
    ],
)
def test_the_first_file_that_the_forge_would_read_counts(kind: str, order: list[str]) -> None:
    files, found = dict(HERE), []
    while names := [name for owners in read(LoadedSnapshot("test", files), kind).of(["x"]) for name in owners.names]:
        found += names
        files = {path: text for path, text in files.items() if names[0].encode() not in text}
    assert found == order


def test_paths_are_those_from_the_top_of_git() -> None:
    files = {"CODEOWNERS": b"/ml/environments/ @ml\n/environments/ @others\n", "ml/CODEOWNERS": b"* @nobody\n"}
    known = read(LoadedSnapshot("test", files), "github", "ml")
    assert known.of([STATE]) == (Owners(("@ml",), False),)


def test_each_path_demands_its_own_owners() -> None:
    known = CodeOwners("/a/ @x @y\n/b/ @y @x\n/c/ @acme/team\n/d/ ada@acme.dev\n/e/\n")
    assert known.of(["a/1", "a/2", "b/1", "e/1"]) == (Owners(("@x", "@y"), False),)
    assert known.of(["a/1", "c/1", "d/1"]) == (
        Owners(("@acme/team",), True),
        Owners(("@x", "@y"), False),
        Owners(("ada@acme.dev",), True),
    )


def test_a_file_that_cannot_be_read_is_told() -> None:
    link = LoadedSnapshot("test", {}, {"CODEOWNERS": "link"})
    assert (read(link, "github").of(["x"]), bool(read(link, "github").unread)) == ((), True)
    bytes_of_no_text = LoadedSnapshot("test", {"CODEOWNERS": b"\xff @docs\n* @all\n"})
    assert read(bytes_of_no_text, "github").of(["x"]) == (Owners(("@all",), False),)
    assert read(LoadedSnapshot("test", {}), "github").of(["x"]) == ()
    assert read(LoadedSnapshot("test", {}), "github").unread == ""


GITEA = r"""
.*\\.yaml @ada @org/team # who writes YAML
environments/(prod|prod-us)/state/.* @prod
!environments/.* @rest
my\ file.* @spaces
hash\#tag @hash
nobody
"""


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (STATE, {"@ada", "@org/team", "@prod"}),
        ("x.yaml", {"@ada", "@org/team", "@rest"}),
        ("xyaml", {"@rest"}),
        ("environments/dev/notes.md", set()),
        ("my file.md", {"@spaces", "@rest"}),
        ("hash#tag", {"@hash", "@rest"}),
        ("sub/environments/prod", {"@rest"}),
    ],
)
def test_expressions_count_all(path: str, names: set[str]) -> None:
    assert owning(GITEA, path, "gitea") == owning(GITEA, path, "forgejo") == names


def test_an_expression_that_cannot_be_read_is_told_and_means_nothing() -> None:
    known = CodeOwners("(?i)prod/.* @prod\n.* @all\n", "gitea")
    assert known.of([STATE]) == (Owners(("@all",), False),)
    assert known.unread == "the expression `(?i)prod/.*` cannot be read: flags and named groups are not read"
    assert CodeOwners("(prod @ada\n", "github").unread == ""


def test_a_group_of_gitlab_looks_like_an_account() -> None:
    assert CodeOwners("* @production\n", "gitlab").of(["x"]) == (Owners(("@production",), True),)


def test_no_pattern_takes_longer_than_a_moment() -> None:
    assert owning("/" + "*a" * 40 + "b @ada\n", "a" * 60) == set()
