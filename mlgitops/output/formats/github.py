"""`--format github`: workflow commands that annotate a pull request, in GitHub Actions and what imitates it.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands says what they are;
`@actions/core` says how text in them is escaped, so that it ends neither the command nor one of its properties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.output.shown import shown

if TYPE_CHECKING:
    from mlgitops.core.finding import Finding
    from mlgitops.errors import MlgitopsError
    from mlgitops.output.formats import Found

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def findings(found: Found) -> str:
    """One command a finding, in the order of their places."""
    return "".join(_finding(finding, found.place(finding.path)) for finding in sorted(found.report.findings))


def failure(error: MlgitopsError) -> str:
    """The error as an annotation."""
    text = f"{error.message}\n{error.hint}" if error.hint else error.message
    return _command("error", error.path or "", error.line or 0, error.column or 0, "mlgitops", text)


def _finding(finding: Finding, path: str) -> str:
    text = f"{finding.message}\nMend: {finding.mend}" if finding.mend else finding.message
    return _command(_COMMANDS[finding.severity], path, finding.line, finding.column, finding.rule, text)


def _command(command: str, path: str, line: int, column: int, title: str, text: str) -> str:
    properties: dict[str, str | int] = {"file": shown(path), "line": line, "col": column, "title": shown(title)}
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{command} {given}::{_data(shown(text))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
