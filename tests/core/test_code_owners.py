"""Who owns what, as forges read CODEOWNERS."""

from __future__ import annotations

import pytest

from mlgitops.core.code_owners import owners, owners_of, parse
from mlgitops.core.snapshot import LoadedSnapshot

STATE = "environments/prod/state/risk/fraud.yaml"


def owning(text: str, path: str = STATE) -> set[str]:
    return owners_of(list(parse(text)), path)


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


def test_sections_count_each_for_itself() -> None:
    text = "* @all\n[Risk][2] @risk\n/environments/\n^[Docs]\n*.yaml @writer\n[RISK]\n*.md @later\n"
    assert owning(text) == {"@all", "@risk", "@writer"}


def test_comments_and_empty_lines_are_nothing() -> None:
    assert owning("# * @x\n\n  # * @y\n * ada@acme.dev\n") == {"ada@acme.dev"}


def test_the_first_file_that_a_forge_would_read_counts() -> None:
    files = {"docs/CODEOWNERS": b"* @docs\n", "CODEOWNERS": b"* @top\n", ".github/CODEOWNERS": b"* @b @a\n"}
    assert owners(LoadedSnapshot("test", files), [STATE, "x"]) == ("@a", "@b")
    assert owners(LoadedSnapshot("test", {"docs/CODEOWNERS": b"\xff * @docs\n"}), ["x"]) == ()
    assert owners(LoadedSnapshot("test", {}), ["x"]) == ()


def test_no_pattern_takes_longer_than_a_moment() -> None:
    assert owning("/" + "*a" * 40 + "b @ada\n", "a" * 60) == set()
