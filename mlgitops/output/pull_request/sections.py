"""The sections of a body about one service, from what matters most to what can be looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.diff import model_changes
from mlgitops.output.pull_request.lineage import diagram
from mlgitops.output.pull_request.markdown import NONE, code, details, fence, table, value, words
from mlgitops.output.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlgitops.core.promotion.metrics import Measured
    from mlgitops.workflows.promotion.planned import Planned, Told

_FINDINGS = 10


def changes(planned: Planned) -> str:
    """What changes for the model."""
    move = planned.move
    before, after = move.before, move.release
    rows = [(words(one.field), value(one.before), value(one.after)) for one in model_changes(before, after)]
    if not rows:
        return ""
    return table(("", "now" if before else "", "then"), rows)


def metrics(planned: Planned) -> str:
    """Metrics before and after, on the same data."""
    return table(("evaluation", "metric", "now", "then", "demanded", ""), [_metric(one) for one in planned.measured])


def _metric(one: Measured) -> tuple[str, ...]:
    if not one.file:
        return (code(one.key), NONE, NONE, NONE, NONE, "❌ no evaluation")
    metric = code(one.metric) + (f" on {code(one.slice)}" if one.slice else "")
    mark = "" if not one.bound else "✅" if one.passed else "❌"
    return (code(one.key), metric, _number(one.before), _number(one.value), words(one.bound) or NONE, mark)


def _number(found: float | None) -> str:
    return NONE if found is None else f"{found:g}"


def gates(told: Sequence[Told]) -> str:
    """What each gate says."""
    rows = [(code(one.gate), _mark(one), _reason(one)) for one in told]
    return table(("gate", "", ""), rows)


def _mark(one: Told) -> str:
    if one.override:
        return "⚠️ overridden"
    if not one.blocks and one.verdict.result != "passed":
        return "ℹ️ told only"  # noqa: RUF001 the sign is meant
    return {"passed": "✅ passed", "pending": "⏳ pending", "failed": "❌ failed"}[one.verdict.result]


def _reason(one: Told) -> str:
    parts = [words(one.verdict.reason)]
    if one.override:
        parts.append(f"overridden: {words(one.override)}")
    elif one.verdict.mend and one.blocks:
        parts.append(words(one.verdict.mend))
    return "<br>".join(parts)


def questions(planned: Planned) -> str:
    """What has to be filled in, with what the source says."""
    rows = [(code(one.field), "yes" if one.required else "", value(one.source)) for one in planned.questions]
    return (
        f"{words(planned.move.target.environment)} does not declare this service yet. The release has come along; what "
        f"belongs to an environment has not, and is to be written into {code(planned.move.unit.path)} on this branch. "
        "Until then there are no manifests, and this is a draft.\n\n"
        + table(("to be filled in", "required", f"what {words(str(planned.move.source))} says"), rows)
    )


def staying(planned: Planned) -> str:
    """What differs between the environments, or from when the release ran here last, and does not travel."""
    rows = [(code(one.field), value(one.source), value(one.target)) for one in planned.staying]
    move = planned.move
    source, target = (str(move.source), str(move.target)) if move.source else (f"with {move.version}", "now")
    return table(("field", words(source), words(target)), rows)


def findings(planned: Planned) -> str:
    """What rules find in the planned state."""
    shown = [
        f"- {words(one.severity)} {code(one.rule)} in {code(one.path)}: {words(one.message)}\n"
        for one in planned.findings[:_FINDINGS]
    ]
    more = len(planned.findings) - len(shown)
    return "".join(shown) + (f"- and {more} more\n" if more else "")


def besides(paths: Sequence[str]) -> str:
    """What people have committed to the branch that is no part of the promotion; empty for nothing."""
    if not paths:
        return ""
    listed = "".join(f"- {code(path)}\n" for path in paths[:_FINDINGS])
    more = f"- and {len(paths) - _FINDINGS} more\n" if len(paths) > _FINDINGS else ""
    return (
        "**Merging brings more than this promotion:** people have changed these files on its branch. No gate below has "
        f"judged them, `mlgitops gates` does.\n\n{listed}{more}"
    )


def whole(planned: Planned, *, diff: bool) -> Iterator[str]:
    """All sections about a service that have something to say."""
    yield changes(planned)
    if planned.questions:
        yield questions(planned)
    if planned.measured:
        yield metrics(planned)
    if planned.told:
        yield gates(planned.told)
    if planned.missing:
        names = ", ".join(code(name) for name in planned.missing)
        yield f"**Required, and not bound in {words(planned.move.target.environment)}:** {names}\n"
    if planned.findings:
        yield details(f"Findings ({len(planned.findings)})", findings(planned))
    if planned.fits:
        yield "**Hardware:** " + "; ".join(words(one) for one in planned.fits) + "\n"
    if planned.staying:
        what = "What stays behind and differs" if planned.move.source else "What has changed here since it was declared"
        yield details(f"{what} ({len(planned.staying)})", staying(planned))
    drawn = diagram(planned.move.release, str(planned.move.target))
    if drawn:
        yield details("Lineage", fence(drawn, "mermaid"))
    if planned.diff:
        yield details(*_diff(planned)) if diff else _files(planned)


def _diff(planned: Planned) -> tuple[str, str]:
    count = len(planned.files) + len(planned.removed)
    return f"Changes to {counted(count, 'file')}", fence(planned.diff, "diff")


def _files(planned: Planned) -> str:
    paths = [f"- {code(path)}\n" for path in (*planned.files, *(f"{path} (removed)" for path in planned.removed))]
    return details(f"{len(paths)} files change", "".join(paths))
