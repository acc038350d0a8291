"""Every format, with hostile text in every field of a finding, read back by a parser that is not ours."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from support import sarif

from mlgitops.core.finding import Finding
from mlgitops.errors import InputError
from mlgitops.output import formats
from mlgitops.output.formats import Found
from mlgitops.output.terminal import clean
from mlgitops.rules import catalogue
from mlgitops.workflows.validate import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTILE = (
    "\x1b[2J\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\u202egnp.exe\u2066",
    "\x9b31m and \x7f and \u2028",
    "::set-output name=path::/etc",
    "fine\n::add-mask::x\n  ::error::no\r\n##[set-env name=PATH]/tmp",
    "##[add-path]/tmp",
    "]]><testcase/>",
    "</failure></testcase></testsuite></testsuites>",
    "\"quoted\" 'twice' & <b>",
    "100%25 sure, file=x,line=9::and",
    "[click](https://evil.example) [it](1)",
    "{0} {{1}} %s",
    "lone \ud800 surrogate, \ufffe and \x00",
    "\N{SNOWMAN} \N{PILE OF POO} e\N{COMBINING ACUTE ACCENT}",
    "\\u001b \\n C:\\temp",
    'https://ada:hunter22@example.com/?token=abcdef\\"x',
)
SHOWN_AS = {"\ud800": "\\ud800", "\ufffe": "\\ufffe", "](": "] ("}
NAMES = formats.names()


def finding(text: str, severity: Any = "error", line: int = 3) -> Finding:
    return Finding(
        "environments/dev/state/a b.yaml", line, 5 if line else 0, "mutable-tag", severity, text, f"mend {text}"
    )


def found(*findings: Finding, folder: str = "", lines: dict[tuple[str, int], str] | None = None) -> Found:
    return Found(Report(sorted(findings), 7, 2, lines or {}), catalogue, folder)


def written(name: str, *findings: Finding, **more: Any) -> str:
    return formats.load(name).findings(found(*findings, **more))


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def commands(text: str) -> list[Command]:
    """What GitHub's runner reads: a line, white space in front passed over, `::name key=value,…::message`."""
    read = []
    for line in re.split(r"[\r\n]", text):
        match = re.match(r"::([^ :]+)(?: (.*?))?::(.*)$", line.lstrip())
        if match:
            pairs = (part.partition("=") for part in (match[2] or "").split(",") if part)
            read.append(Command(match[1], {key: _read(value) for key, _, value in pairs}, _read(match[3])))
    return read


def _read(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def as_shown(text: str) -> str:
    """What a person is to see of a hostile text."""
    text = clean(text).replace("ada:hunter22@", "***@").replace("token=abcdef\\", "token=***")
    for raw, shown in SHOWN_AS.items():
        text = text.replace(raw, shown) if raw != "](" else text
    return text


def mended(text: str) -> str:
    return as_shown(f"mend {text}")


def steers(text: str) -> list[str]:
    """What a terminal or a runner would obey."""
    orders = [command.name for command in commands(text) if command.name not in ("error", "warning", "notice")]
    raw = re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|##\\[", text)
    return orders + raw


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_steers_nothing_and_keeps_its_secrets(name: str, text: str) -> None:
    one = finding(text)
    result = written(name, one, finding(text, "warning"), lines={(one.path, 3): f"  key: {text}"})
    failed = formats.load(name).failure(InputError(text, hint=text, path="mlgitops.yaml", line=1, column=1))
    for output in (result, failed):
        assert steers(output) == []
        assert "hunter22" not in output
        assert "abcdef" not in output
        assert output.endswith("\n") or (name == "text" and not output)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_json_gives_back_what_went_in(text: str) -> None:
    read = json.loads(written("json", finding(text)))
    expected = text.replace("ada:hunter22@", "***@").replace("token=abcdef\\", "token=***")
    assert read["version"] == 1
    assert (read["documents"], read["hydrated"]) == (7, 2)
    assert read["findings"] == [
        {**finding(expected)._asdict(), "message": expected, "mend": f"mend {expected}"},
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_github_reads_one_annotation_with_all_of_the_text(text: str) -> None:
    output = written("github", finding(text), folder="deploy/ml")
    place = {"file": "deploy/ml/environments/dev/state/a b.yaml", "line": "3", "col": "5", "title": "mutable-tag"}
    shown = as_shown(text)
    assert commands(output) == [Command("error", place, f"{shown}\nMend: {mended(text)}")]
    assert output.count("\n") == 1


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_junit_reads_one_failure_with_all_of_the_text(text: str) -> None:
    suites = ET.fromstring(written("junit", finding(text), finding(text, "warning"), folder="ml"))
    assert [suite.get("name") for suite in suites] == ["mlgitops validate", "ml/environments/dev/state/a b.yaml"]
    shown = as_shown(text)
    failure, passed = suites[1][0][0], suites[1][1][0]
    assert failure.get("message") == shown
    assert failure.text == f"{shown}\n{mended(text)}"
    assert (passed.tag, passed.text) == ("system-out", f"warning: {shown}\n{mended(text)}")
    assert [(node.get("tests"), node.get("failures")) for node in (suites, *suites)] == [
        ("3", "1"), ("1", "0"), ("2", "1"),
    ]  # fmt: skip
    failed = ET.fromstring(formats.load("junit").failure(InputError(text, hint=text)))
    assert failed[0][0][0].get("message") == shown


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_gitlab_reads_one_issue_with_all_of_the_text(text: str) -> None:
    [issue] = json.loads(written("gitlab", finding(text, line=0), folder="ml"))
    shown = as_shown(text)
    assert issue.pop("fingerprint")
    assert issue == {
        "description": f"{shown}: {mended(text)}",
        "check_name": "mutable-tag",
        "severity": "major",
        "location": {"path": "ml/environments/dev/state/a b.yaml", "lines": {"begin": 1}},
    }


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_sarif_reads_one_result_with_all_of_the_text_and_no_link(text: str) -> None:
    log = json.loads(written("sarif", finding(text), finding("x", "info", line=0), folder="ml"))
    jsonschema.validate(log, sarif.PART)
    [run] = log["runs"]
    result = next(one for one in run["results"] if one["level"] == "error")
    shown = as_shown(text).replace("](", "] (")
    mend = mended(text).replace("](", "] (")
    assert result["message"]["text"] == f"{shown}\n{mend}"
    assert not re.search(r"\]\([^)]*\)", result["message"]["text"])
    place = result["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "ml/environments/dev/state/a b.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 5}
    failed = json.loads(formats.load("sarif").failure(InputError(text, hint=text, path="a", line=1, column=1)))
    jsonschema.validate(failed, sarif.PART)
    assert not failed["runs"][0]["invocations"][0]["executionSuccessful"]


def test_sarif_tells_about_the_rules_that_have_results() -> None:
    unknown = finding("x")._replace(rule="invalid-yaml")
    log = json.loads(written("sarif", finding("x"), finding("y", "info", line=0), unknown))
    jsonschema.validate(log, sarif.PART)
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["invalid-yaml", "mutable-tag"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert catalogue()["mutable-tag"].mend in rules[1]["help"]["text"]
    whole_file = next(one for one in run["results"] if one["level"] == "note")
    assert "region" not in whole_file["locations"][0]["physicalLocation"]


def every_rule() -> list[Finding]:
    return [finding("x", rule.severity)._replace(rule=rule.id, line=n) for n, rule in enumerate(catalogue().values())]


@pytest.mark.servers
def test_sarif_is_valid_against_the_whole_schema() -> None:
    schema = sarif.whole()
    if schema is None:
        pytest.skip("the package index does not answer: the schema of SARIF cannot be had")
    validator = jsonschema.Draft4Validator(schema)
    logs = [written("sarif", *(finding(text) for text in HOSTILE), *every_rule()), written("sarif")]
    logs.append(formats.load("sarif").failure(InputError("no", hint="yes", path="a b.yaml", line=1, column=2)))
    assert [error.message for log in logs for error in validator.iter_errors(json.loads(log))] == []
    assert list(validator.iter_errors({"version": "2.1.0"}))


def test_every_rule_can_be_written_in_sarif() -> None:
    jsonschema.validate(json.loads(written("sarif", *every_rule())), sarif.PART)


def marks(name: str, findings: Sequence[Finding]) -> list[str]:
    read = json.loads(written(name, *findings))
    if name == "gitlab":
        return [issue["fingerprint"] for issue in read]
    return [result["partialFingerprints"]["mlgitopsFinding/v1"] for result in read["runs"][0]["results"]]


@pytest.mark.parametrize("name", ["gitlab", "sarif"])
def test_fingerprints_stay_when_lines_move_and_differ_where_findings_do(name: str) -> None:
    several = [finding("one"), finding("one", line=9), finding("two"), finding("one")._replace(path="b.yaml")]
    before = marks(name, several)
    assert len(set(before)) == 4
    assert marks(name, [one._replace(line=one.line + 40, column=1) for one in several]) == before
    assert marks(name, several[:1]) == before[1:2]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "text"])
def test_no_findings_are_a_result_too(name: str) -> None:
    output = written(name)
    if name == "github":
        assert output == ""
    elif name == "junit":
        [suite] = ET.fromstring(output)
        assert [case.get("name") for case in suite] == ["7 documents, 2 services hydrated: no findings"]
    else:
        assert json.loads(output) is not None
