"""What the reference of the command line and the README say of verbs, exit codes and JSON is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.promotions import Shop, new_shop
from support.repo import Repo

from mlgitops import errors
from mlgitops.cli._boundary import run
from mlgitops.cli._verbs import Verbs

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {
    "render": ["render", "--check"],
    "validate": ["validate"],
    "status": ["status"],
    "diff": ["diff", "dev", "dev"],
    "history": ["history", "dev", "sentiment"],
    "explain": ["explain", "sentiment", "--env", "dev"],
    "fit": ["fit", "--env", "dev"],
    "digest": ["digest", "mlgitops.yaml"],
    "template list": ["template", "list"],
    "template show": ["template", "show", "deployment/v1"],
    "template add": ["template", "add", "job/v1"],
    "template check": ["template", "check", "job/v1"],
    "schema": ["schema"],
    "rules": ["rules"],
    "init": ["init"],
}
PROMOTIONS = {
    "promote": ["promote", "staging", "prod", "--dry-run"],
    "rollback": ["rollback", "staging", "churn", "--dry-run"],
    "hold": ["hold", "prod", "churn", "--reason", "a fault", "--dry-run"],
    "unhold": ["unhold", "prod", "churn"],
    "gates": ["gates", "staging", "prod"],
}
"""What needs a remote."""


def keys(verb: str) -> set[str]:
    """The keys that the page tells of first for a verb."""
    row = re.search(rf"^\|[^|\n]*`{verb}`[^|\n]*\| ([^;|\n]*)", PAGE, re.MULTILINE)
    assert row, verb
    return {"version", *re.findall(r"`(\w+)`", row[1])}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    assert run(["-C", str(root), "init"]) == 0
    assert run(["-C", str(root), "template", "add", "job/v1"]) == 0
    repo = Repo(root)
    repo.git("init", "--quiet")
    repo.commit()
    return root


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return new_shop(tmp_path_factory.mktemp("remote"))


@pytest.mark.parametrize("verb", COMMANDS)
def test_the_page_names_the_keys_of_json(verb: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["-C", str(repository), *COMMANDS[verb], "--format", "json"])
    assert set(json.loads(capsys.readouterr().out)) == keys(verb)


@pytest.mark.parametrize("verb", PROMOTIONS)
def test_and_those_of_promotions(verb: str, shop: Shop) -> None:
    assert set(shop.run(*PROMOTIONS[verb], "--format", "json").json) == keys(verb)


def test_the_page_has_every_exit_code() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    classes = [errors.MlgitopsError, *errors.MlgitopsError.__subclasses__()]
    assert told == {0, 130, *(cls.exit_code for cls in classes)}


def test_the_readme_has_every_verb() -> None:
    told = set(re.findall(r"^\| `([a-z]+)[ `]", README, re.MULTILINE))
    assert told == set(Verbs(name="mlgitops").list_commands(None))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *map(str, (ROOT / "docs").glob("**/*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            place, _, anchor = link.partition("#")
            target = path.parent / place if place else path
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def anchors(path: Path) -> set[str]:
    """The anchors that a forge gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
