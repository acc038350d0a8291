"""`--format junit`: a test report, as CI servers of all kinds read it; one suite a file, one case a finding.

The form has no standard; https://github.com/testmoapp/junitxml collects what its readers agree on.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from mlgitops.output.shown import shown
from mlgitops.output.text import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.core.finding import Finding
    from mlgitops.errors import MlgitopsError
    from mlgitops.output.formats import Found

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REFERENCES = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def findings(found: Found) -> str:
    """A suite that passes, named for all that was judged, then one for each file with findings.

    Errors are failures; warnings are cases that pass and say something.
    """
    report = found.report
    total = shown(summary(report).strip())
    suites = [_suite("mlgitops validate", [f"    <testcase{_attributes(name=total, classname='mlgitops')}/>\n"], 0)]
    for path, group in groupby(sorted(report.findings), key=lambda finding: finding.path):
        here = list(group)
        failed = sum(finding.severity == "error" for finding in here)
        place = shown(found.place(path))
        suites.append(_suite(place, (_case(finding, place) for finding in here), failed))
    failed = sum(finding.severity == "error" for finding in report.findings)
    return _document(suites, len(report.findings) + 1, failed)


def failure(error: MlgitopsError) -> str:
    """One case with the error."""
    text = shown(f"{error.message}\n{error.hint}" if error.hint else error.message)
    inner = f"      <error{_attributes(message=shown(error.message), type='mlgitops')}>{_text(text)}</error>\n"
    attributes = _attributes(name=shown(error.path or "mlgitops validate"), classname="mlgitops")
    case = f"    <testcase{attributes}>\n{inner}    </testcase>\n"
    suite = f'  <testsuite name="mlgitops validate" tests="1" failures="0" errors="1">\n{case}  </testsuite>\n'
    return f'{_HEAD}<testsuites name="mlgitops" tests="1" failures="0" errors="1">\n{suite}</testsuites>\n'


def _document(suites: Iterable[str], tests: int, failures: int) -> str:
    opening = f'<testsuites name="mlgitops" tests="{tests}" failures="{failures}" errors="0">\n'
    return f"{_HEAD}{opening}{''.join(suites)}</testsuites>\n"


def _suite(name: str, cases: Iterable[str], failures: int) -> str:
    listed = list(cases)
    opening = (
        f'  <testsuite name={quoteattr(name, _REFERENCES)} tests="{len(listed)}" failures="{failures}" errors="0">'
    )
    return f"{opening}\n{''.join(listed)}  </testsuite>\n"


def _case(finding: Finding, path: str) -> str:
    place = ":".join(str(number) for number in (finding.line, finding.column) if number)
    name = shown(f"{finding.rule} at {place}" if place else finding.rule)
    attributes = _attributes(name=name, classname=path, file=path, **({"line": str(finding.line)} if place else {}))
    return f"    <testcase{attributes}>\n{''.join(_outcome(finding))}    </testcase>\n"


def _outcome(finding: Finding) -> Iterator[str]:
    text = shown(f"{finding.message}\n{finding.mend}" if finding.mend else finding.message)
    if finding.severity == "error":
        attributes = _attributes(message=shown(finding.message), type=shown(finding.rule))
        yield f"      <failure{attributes}>{_text(text)}</failure>\n"
    else:
        yield f"      <system-out>{_text(f'{finding.severity}: {text}')}</system-out>\n"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(value, _REFERENCES)}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(text, {"\r": "&#13;"})
