"""Policy: how strictly rules are applied, and which findings are accepted for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault, Finding
from mlgitops.rules import judging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlgitops.rules import Rule

_STRENGTH = ("info", "warning", "error")


class Policy:
    """The policy of a project, for the rules at hand.

    Args:
        settings: A valid Project.
        rules: Every rule by its id.
        today: The date, `YYYY-MM-DD`, by which suppressions expire.

    Attributes:
        rules: As given.
        first_step: Names of the environments of the path's first step.
    """

    def __init__(self, settings: Mapping[str, Any], rules: Mapping[str, Rule], today: str) -> None:
        policy = settings.get("policy", {})
        first = settings["path"][0]
        self.rules = rules
        self.first_step = frozenset([first] if isinstance(first, str) else first)
        self._severities: Mapping[str, Mapping[str, Any]] = policy.get("severity", {})
        self._suppressions: list[Mapping[str, str]] = policy.get("suppressions", [])
        self._checks: dict[str, list[tuple[Rule, Callable[..., Iterator[Any]]]]] = {}
        self._active = [suppression for suppression in self._suppressions if suppression["until"] >= today]

    def checks(self, judged: str) -> list[tuple[Rule, Callable[..., Iterator[Any]]]]:
        """The rules that judge one kind of cases, with what does it, sorted by their ids."""
        if judged not in self._checks:
            found = [(rule, rule.checks(judged)) for rule in judging(self.rules, judged)]
            self._checks[judged] = [(rule, check) for rule, check in found if check]
        return self._checks[judged]

    def fault(self, rule: Rule, fault: Fault, environment: str, name: str) -> Fault | None:
        """The fault as it is told, or None where it is accepted.

        Args:
            rule: The rule that found it.
            fault: What its check said.
            environment: Name of the environment that it is about; empty where it is about none.
            name: Name of the state, or template, that it is about; likewise.
        """
        if self._accepted(rule.id, environment, name):
            return None
        severity: Any = self._severities.get(rule.id, {}).get(environment)
        if severity is None:
            own = rule.first_step if rule.first_step and environment in self.first_step else rule.severity
            severity = min(own, fault.severity, key=_STRENGTH.index)
        return fault._replace(rule=rule.id, severity=severity, mend=fault.mend or rule.mend)

    def finding(self, rule: Rule, finding: Finding) -> Finding | None:
        """As `fault`; environment and name are those of the finding's path."""
        fault = Fault(finding.rule, (), finding.message, finding.mend, finding.severity)
        told = self.fault(rule, fault, *subject(finding.path))
        return told and finding._replace(rule=told.rule, severity=told.severity, mend=told.mend)

    def told(self, findings: Iterable[Finding]) -> list[Finding]:
        """What was found without a check, as policy has it where it governs the rule."""
        return placed(
            self.finding(rule, finding) if (rule := self.rules[finding.rule]).governed else finding
            for finding in findings
        )

    def _accepted(self, rule: str, environment: str, name: str) -> bool:
        return any(
            suppression["rule"] == rule
            and suppression.get("environment", environment) == environment
            and suppression.get("name", name) == name
            for suppression in self._active
        )

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the policy itself; pointers lead into the Project."""
        for name in self._severities:
            yield from self._unusable(name, ("policy", "severity", name), "graded")
        for index, suppression in enumerate(self._suppressions):
            pointer = ("policy", "suppressions", index)
            yield from self._unusable(suppression["rule"], (*pointer, "rule"), "suppressed")
            if suppression not in self._active:
                yield Fault(
                    "expired-suppression",
                    (*pointer, "until"),
                    f"the suppression of `{suppression['rule']}` ended on {suppression['until']}",
                    self.rules["expired-suppression"].mend,
                )

    def _unusable(self, name: str, pointer: tuple[str | int, ...], what: str) -> Iterator[Fault]:
        rule = self.rules.get(name)
        if rule is None:
            from difflib import get_close_matches

            close = get_close_matches(name, self.rules, 1)
            mend = f"Did you mean `{close[0]}`?" if close else self.rules["unknown-rule"].mend
            yield Fault("unknown-rule", pointer, f"there is no rule `{name}`", mend)
        elif not rule.governed:
            message = f"`{name}` cannot be {what}: without what it demands nothing can be hydrated or trusted"
            yield Fault("fixed-rule", pointer, message, self.rules["fixed-rule"].mend)


def subject(path: str) -> tuple[str, str]:
    """Names of the environment and of the state or template that a file belongs to; empty where there is none."""
    top, *rest = path.split("/")
    if top == "templates" and rest:
        return "", rest[0]
    if top != "environments" or len(rest) < 2:  # noqa: PLR2004 (a file in an environment has two parts at least)
        return "", ""
    name = ""
    if rest[1] == "state":
        name = rest[-1].removesuffix(".yaml")
    elif rest[1] in ("hydrated", "evaluations") and len(rest) > 3:  # noqa: PLR2004 (below the folder of a state)
        name = rest[-2]
    return rest[0], name


def placed(findings: Iterable[Finding | None]) -> list[Finding]:
    """The findings that are told."""
    return [finding for finding in findings if finding is not None]
