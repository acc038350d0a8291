"""`--format sarif`: SARIF 2.1.0, which code scanning of forges and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mlgitops import __version__
from mlgitops.output.fingerprints import fingerprints
from mlgitops.output.json import dumped
from mlgitops.output.shown import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.finding import Finding
    from mlgitops.errors import MlgitopsError
    from mlgitops.output.formats import Found
    from mlgitops.rules import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"  # top of the checkout, as code scanning of GitHub calls it


def findings(found: Found) -> str:
    """One run with the findings, and what there is to know of the rules among them."""
    marked = list(fingerprints(found.report.findings))
    ids = sorted({finding.rule for finding, _ in marked})
    known = found.rules() if ids else {}
    places = {rule: number for number, rule in enumerate(ids)}
    results = [_result(finding, mark, places[finding.rule], found.place(finding.path)) for finding, mark in marked]
    return _log([_rule(rule, known) for rule in ids], {"executionSuccessful": True}, results)


def failure(error: MlgitopsError) -> str:
    """One run that did not succeed, and why."""
    text = f"{error.message}\n{error.hint}" if error.hint else error.message
    notification: dict[str, Any] = {"level": "error", "message": _message(text)}
    if error.path:
        notification["locations"] = [_location(error.path, error.line or 0, error.column or 0)]
    return _log([], {"executionSuccessful": False, "toolExecutionNotifications": [notification]}, [])


def _log(rules: list[dict[str, Any]], invocation: dict[str, Any], results: list[dict[str, Any]]) -> str:
    driver = {"name": "mlgitops", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the Git checkout."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str, known: Mapping[str, Rule]) -> dict[str, Any]:
    rule = known.get(name)
    described: dict[str, Any] = {"id": shown(name)}
    if rule is None:  # a fault of structure, which no policy governs: its message says it all
        return described | {"shortDescription": {"text": shown(name.replace("-", " "))}}
    example = f"\n\nInstead of\n\n```yaml\n{rule.bad[0].strip()}\n```\n\nwrite\n\n```yaml\n{rule.good[0].strip()}\n```"
    return described | {
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why}\n\n{rule.mend}", "markdown": f"{rule.why}\n\n{rule.mend}{example}\n"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, mark: str, index: int, path: str) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.mend}" if finding.mend else finding.message
    return {
        "ruleId": shown(finding.rule),
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": _message(text),
        "locations": [_location(path, finding.line, finding.column)],
        "partialFingerprints": {"mlgitopsFinding/v1": mark},
    }


def _message(text: str) -> dict[str, str]:
    """Text in which nothing that was read becomes a link (section 3.11.6: `[text](target)`)."""
    return {"text": shown(text).replace("](", "] (")}


def _location(path: str, line: int, column: int) -> dict[str, Any]:
    """A place; a file as a whole has no region."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(shown(path)), "uriBaseId": _ROOT}}
    if line:
        physical["region"] = {"startLine": line, **({"startColumn": column} if column else {})}
    return {"physicalLocation": physical}
