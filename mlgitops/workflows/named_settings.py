"""Named settings: what `mlgitops.yaml` names is known: environments, gates, time zones. Else a setting does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from mlgitops.rules import Rule

    Pointer = tuple[str | int, ...]


def faults(
    settings: Mapping[str, Any],
    rules: Mapping[str, Rule],
    gates: Callable[[], Collection[str]],
    zones: Callable[[], Collection[str]],
) -> Iterator[Fault]:
    """Names that settings of a project give and nobody knows; pointers lead into the Project.

    Args:
        settings: A valid Project.
        rules: Every rule by its id.
        gates: Gives the ids of all gates; asked only where some are named.
        zones: Gives the names of all time zones; likewise.
    """
    path = [name for step in settings["path"] for name in ([step] if isinstance(step, str) else step)]
    for name, pointer in _environments(settings):
        if name not in path:
            mend = _meant(name, path) or rules["unknown-environment"].mend
            yield Fault("unknown-environment", pointer, f"there is no environment `{name}` on the path", mend)
    for name, pointer in _gates(settings.get("gates", {})):
        known = gates()
        if name not in known:
            mend = _meant(name, known) or rules["unknown-gate"].mend
            yield Fault("unknown-gate", pointer, f"there is no gate `{name}`", mend)
    for name, window in settings.get("gates", {}).get("window", {}).items():
        if window["timeZone"] not in zones():
            mend = _meant(window["timeZone"], zones()) or rules["unknown-time-zone"].mend
            pointer = ("gates", "window", name, "timeZone")
            yield Fault("unknown-time-zone", pointer, f"there is no time zone `{window['timeZone']}`", mend)


def _environments(settings: Mapping[str, Any]) -> Iterator[tuple[str, Pointer]]:
    gates, policy = settings.get("gates", {}), settings.get("policy", {})
    for key in ("soak", "window", "overridable"):
        yield from ((name, ("gates", key, name)) for name in gates.get(key, {}))
    for rule, graded in policy.get("severity", {}).items():
        yield from ((name, ("policy", "severity", rule, name)) for name in graded)
    for index, suppression in enumerate(policy.get("suppressions", [])):
        if "environment" in suppression:
            yield suppression["environment"], ("policy", "suppressions", index, "environment")


def _gates(gates: Mapping[str, Any]) -> Iterator[tuple[str, Pointer]]:
    for environment, names in gates.get("overridable", {}).items():
        yield from ((name, ("gates", "overridable", environment, index)) for index, name in enumerate(names))
    yield from ((name, ("gates", "settings", name)) for name in gates.get("settings", {}))


def _meant(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    return f"Did you mean `{close[0]}`?" if close else ""
