"""Environment variables of a workload: what a release sets, what an environment binds, what is required."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def variables(release: Mapping[str, Any], deploy: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The Kubernetes `env` list of a workload, sorted by name.

    `release.env` and `deploy.env` become values, `deploy.secrets` references to keys of Kubernetes secrets.
    """
    bound: dict[str, dict[str, Any]] = {}
    for values in (release.get("env", {}), deploy.get("env", {})):
        for name, value in values.items():
            bound[name] = {"name": name, "value": value}
    for name, secret in deploy.get("secrets", {}).items():
        bound[name] = {"name": name, "valueFrom": {"secretKeyRef": {"name": secret["name"], "key": secret["key"]}}}
    return [bound[name] for name in sorted(bound)]


def faults(release: Mapping[str, Any], deploy: Mapping[str, Any], root: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Variables bound twice, and required ones that nothing binds.

    Args:
        release: The release, as written.
        deploy: The effective deploy block.
        root: Where the release stands in the document: empty for the champion, `("challenger",)` else.
    """
    homes: dict[str, str] = {}
    for home, names in (
        ("release.env", release.get("env", {})),
        ("deploy.env", deploy.get("env", {})),
        ("deploy.secrets", deploy.get("secrets", {})),
    ):
        for name in names:
            if name in homes:
                block, key = home.split(".")
                yield Fault(
                    "env-bound-twice",
                    (*(root if block == "release" else ()), block, key, name),
                    f"the variable {name} is bound twice: in {homes[name]} and in {home}",
                    f"Remove it from one of them; what travels belongs in release.env, the rest in {home}.",
                )
            homes.setdefault(name, home)
    for index, name in enumerate(release.get("requires", {}).get("env", [])):
        if name not in homes:
            yield Fault(
                "unbound-env",
                (*root, "release", "requires", "env", index),
                f"the release requires the variable {name}, and nothing binds it in this environment",
                f"Bind {name} in deploy.env, or in deploy.secrets if its value is secret.",
            )
