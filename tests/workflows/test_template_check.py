"""Template check: what a template makes of everything that its parameters and states may say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.progress import Watcher
from support.project import FILES, TEMPLATE, WORKLOAD

from mlgitops import wiring
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError
from mlgitops.workflows.template_check import Check, Checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEMPLATE_PATH, WORKLOAD_PATH = "templates/plain/v1/template.yaml", "templates/plain/v1/workload.yaml.j2"
GOOD = WORKLOAD.replace("replicas: {{ deploy.replicas.min }}", "replicas: {{ values.batch }}").replace(
    ', "--model={{ release.model.uri }}"', ""
)


class Here:
    """`mlgitops.ports.Workers` in this process."""

    def map(self, task: Any, items: Sequence[Any]) -> Iterator[Any]:
        half = len(items) // 2
        yield task(items[:half])
        yield task(items[half:])


def check(files: dict[str, str], *references: str, watcher: Watcher | None = None, limit: int = 200) -> list[Checked]:
    snapshot = LoadedSnapshot("test", {path: text.encode() for path, text in {**FILES, **files}.items()})
    return Check(snapshot, wiring.schemas(), Here(), watcher or Watcher(), limit).run(references)


def test_a_template_that_takes_everything_is_in_order() -> None:
    watcher = Watcher()
    (checked,) = check({WORKLOAD_PATH: GOOD}, watcher=watcher)
    assert checked.findings == []
    assert (checked.tried, checked.total) == (200, 9720)
    assert watcher.begun == [(checked.tried, "combinations of plain/v1")]
    assert sum(watcher.advanced) == checked.tried
    assert watcher.ended == 1


@pytest.mark.parametrize(
    ("text", "line", "message", "combination"),
    [
        (GOOD + "# {{ release.model.uri }}\n", 21, "there is no key `model`", "with the least that a state can say"),
        (
            GOOD + "{% if release.artifacts is defined %}\n# {{ nope }}\n{% endif %}\n",
            22, "no `nope`", "with artifacts=one",
        ),
        (
            GOOD + "{% if values.surge == 2 %}\n# {{ nope }}\n{% endif %}\n",
            22, "no `nope`", "values.surge=2",
        ),
        (GOOD + "---\n" + GOOD, 0, "are a Deployment called `trial`", "with the least"),
    ],
)  # fmt: skip
def test_a_failure_names_its_place_and_the_least_combination(
    text: str, line: int, message: str, combination: str
) -> None:
    route = {"templates/plain/v1/route.yaml.j2": ""}
    examples = TEMPLATE.replace("default: 1, examples: [1]", "default: 1, examples: [1, 2]")
    (finding,) = check({**route, TEMPLATE_PATH: examples, WORKLOAD_PATH: text})[0].findings
    assert message in finding.message
    assert combination in finding.message
    assert finding.line == line
    assert "combinations)" in finding.message


@pytest.mark.long
def test_failures_alike_are_told_once() -> None:
    (checked,) = check({}, limit=9720)
    found = checked.findings
    assert checked.tried == checked.total
    assert sorted(finding.line for finding in found) == [6, 6, 18]


def test_what_a_template_declines_by_itself_is_no_failure() -> None:
    declines = "{% if release.model is not defined %}\n{{ 'it needs a model' | fail }}\n{% endif %}\n"
    (checked,) = check({WORKLOAD_PATH: declines + GOOD})
    assert checked.findings == []
    assert checked.declined == pytest.approx(checked.tried / 2, rel=0.1)


def test_a_template_that_declines_everything_is_useless() -> None:
    (checked,) = check({WORKLOAD_PATH: "{{ 'never' | fail }}\n" + GOOD})
    (finding,) = checked.findings
    assert finding.rule == "declined-always"
    assert "never" in finding.message


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("default: 8, examples: [8]", "default: x, examples: [8]", "invalid-parameter", 6),
        ("default: 8, examples: [8]", "default: 8, examples: [8, x]", "invalid-parameter", 6),
        ("default: 8, examples: [8], ", "", "missing-examples", 6),
        ("type: integer}, default: 8", "type: intger}, default: 8", "invalid-parameter", 6),
        ("version: v1", "version: v2", "misnamed-template", 3),
    ],
)
def test_parameters_that_cannot_be_tried_are_told_first(old: str, new: str, rule: str, line: int) -> None:
    (checked,) = check({WORKLOAD_PATH: GOOD, TEMPLATE_PATH: TEMPLATE.replace(old, new)})
    (finding,) = checked.findings
    assert (finding.rule, finding.path, finding.line) == (rule, TEMPLATE_PATH, line)
    assert checked.tried == 0


def test_broken_text_is_told_without_a_combination() -> None:
    (checked,) = check({WORKLOAD_PATH: "{% if x %}\n"})
    (finding,) = checked.findings
    assert (finding.path, finding.line, checked.tried) == (WORKLOAD_PATH, 1, 0)


def test_templates_are_tried_with_the_values_of_the_repositorys_environments() -> None:
    values = {
        path: text + "values: {team: risk}\n" for path, text in FILES.items() if path.endswith("environment.yaml")
    }
    uses = {WORKLOAD_PATH: GOOD + "# {{ environment.values.team }}\n"}
    assert check({**uses, **values})[0].findings == []
    only_dev = {"environments/dev/environment.yaml": values["environments/dev/environment.yaml"]}
    (finding,) = check({**uses, **only_dev})[0].findings
    assert "environment=prod" in finding.message


def test_only_what_is_asked_for_is_checked() -> None:
    other = {
        "templates/other/v1/template.yaml": TEMPLATE.replace("plain", "other"),
        "templates/other/v1/workload.yaml.j2": GOOD,
    }
    assert [one.template for one in check(other)] == ["other/v1", "plain/v1"]
    assert [one.template for one in check(other, "other/v1")] == ["other/v1"]
    with pytest.raises(InputError, match="there is no template `othr/v1`"):
        check(other, "othr/v1")
