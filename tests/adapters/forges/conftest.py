"""The forges that the contract is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.forges.worlds import FAKES, FakeWorld, GiteaWorld, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=[*FAKES, pytest.param("gitea-server", marks=pytest.mark.servers)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FakeWorld | GiteaWorld]:
    """A repository on each forge: fakes of all, and a real Gitea."""
    if request.param == "gitea-server":
        gitea = request.getfixturevalue("gitea")
        repo = gitea.repository(tmp_path / "clone")
        path = repo.git("remote", "get-url", "origin").removeprefix(f"{gitea.url}/").removesuffix(".git")
        real = GiteaWorld("gitea", gitea.url, path, gitea.tokens["bot"], "bot", gitea=gitea, repo=repo)
        yield real
        real.close()
        return
    with served(request.param) as made:
        yield made


@pytest.fixture(params=["github", "gitlab", "gitea"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeWorld]:
    """The fake of each adapter, for what a real server cannot be made to do."""
    with served(request.param) as made:
        yield made
