"""What holds of every promotion: there and back, all along the path, and of what is not about the release."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.promotions import CHURN, FRAUD, SCORE, Service, Shop, evaluation, new_shop, pin, state

from mlgitops.core.yaml.read import load

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = [("dev", "staging"), ("staging", "prod"), ("staging", "prod-us")]
VERSIONS = st.from_regex(r"[2-9]\.[0-9]{1,2}\.[0-9]", fullmatch=True)
COMMENTS = st.lists(
    st.sampled_from(["# kept", "  # deeper", "", "# release: {}", "#", "# @team | `x`"]), min_size=1, max_size=3
).map("\n".join)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "THRESHOLD": st.sampled_from(["0.5", "no", "1e3", "# x", "a: b", "é", "'", '"', "\\", "*x", "multi\nline\n"]),
        "LEVEL": st.text("abc:#-'\"{}[]&*! \n", max_size=8),
    },
)


def measured(version: str, env: dict[str, str]) -> str:
    """The state of staging with variables in its release."""
    text = state(CHURN, "staging", version)
    return text.replace("  requires:\n", f"  env: {json.dumps(env, ensure_ascii=False)}\n  requires:\n")


@contextmanager
def copied() -> Iterator[Shop]:
    folder = Path(tempfile.mkdtemp(prefix="shop-"))
    try:
        yield new_shop(folder)
    finally:
        shutil.rmtree(folder)


def hydrated(shop: Shop, environment: str) -> str:
    """Names of all manifests of an environment, with the names of their contents."""
    return shop.bare.git("ls-tree", "-r", "main", f"environments/{environment}/hydrated/")


def there_and_back(version: str, env: dict[str, str], comment: str) -> None:
    with copied() as shop:
        prod = state(CHURN, "prod", "1.0.0").replace("deploy:\n", f"deploy:\n{comment}\n")
        files = {CHURN.path("prod"): prod, CHURN.path("staging"): measured(version, env)}
        shop.push({**files, **evaluation(CHURN, version)})
        before = hydrated(shop, "prod")
        assert shop.run("promote", "staging", "prod", "churn").code == 0
        shop.merge("mlgitops/promote/staging/prod/teamless")
        forth = shop.show("main", CHURN.path("prod"))
        assert forth.partition("\n# Stays")[2] == prod.partition("\n# Stays")[2]
        assert load(forth.encode(), "")["release"]["env"] == env
        assert hydrated(shop, "prod") != before
        assert shop.run("render", "--check", "--no-cache", where=shop.people).code == 0
        assert shop.run("rollback", "prod", "churn").code == 0
        shop.merge("mlgitops/rollback/prod/service.churn")
        assert hydrated(shop, "prod") == before
        assert shop.run("unhold", "prod", "churn").code == 0
        shop.merge("mlgitops/unhold/prod/service.churn")
        assert shop.show("main", CHURN.path("prod")) == prod


def along_the_path(version: str, services: list[Service], *, again: bool) -> None:
    with copied() as shop:
        shop.release(version, *services)
        for source, target in STEPS:
            names = [service.name for service in services]
            assert shop.run("promote", source, target, *names).code == 0
            prefix = f"mlgitops/promote/{source}/{target}/"
            for branch in [name for name in shop.branches() if name.startswith(prefix)]:
                shop.merge(branch)
        for service in services:
            found = [load(shop.show("main", service.path(name)).encode(), "")["release"] for name in service.versions]
            assert found == [found[0]] * len(found)
            assert found[0]["model"]["digest"] == pin(service.name, version, "model")
        assert shop.run("validate", where=shop.people).code == 0
        before = shop.branches()
        for source, target in STEPS if again else ():
            assert "Nothing to promote" in shop.run("promote", source, target, *names).out
        assert shop.branches() == before


SERVICES = st.lists(st.sampled_from([FRAUD, SCORE, CHURN]), min_size=1, unique_by=lambda service: service.name)
ONE, LONG = (
    settings(max_examples=count, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
    for count in (1, 40)
)


@ONE
@given(VERSIONS, VALUES, COMMENTS)
def test_a_promotion_that_is_rolled_back_leaves_the_same_manifests(
    version: str, env: dict[str, str], comment: str
) -> None:
    there_and_back(version, env, comment)


@pytest.mark.long
@LONG
@given(VERSIONS, VALUES, COMMENTS)
def test_many_promotions_that_are_rolled_back_leave_the_same_manifests(
    version: str, env: dict[str, str], comment: str
) -> None:
    there_and_back(version, env, comment)


@ONE
@given(VERSIONS, SERVICES)
def test_all_along_the_path_everybody_has_the_same_release(version: str, services: list[Service]) -> None:
    along_the_path(version, services, again=False)


@pytest.mark.long
@LONG
@given(VERSIONS, SERVICES)
def test_all_along_the_path_everybody_has_the_same_release_many_times(version: str, services: list[Service]) -> None:
    along_the_path(version, services, again=True)
