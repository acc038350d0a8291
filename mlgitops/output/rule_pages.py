"""Pages about rules, in Markdown: what `mlgitops rules ID` prints and `docs/rules/` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgitops.rules import Rule

_JUDGED = {
    "document": "documents",
    "state": "states with their environments and templates",
    "manifest": "manifests, hydrated or written by hand",
    "environment": "all objects of an environment together",
    "repository": "the repository as a whole",
    "template": "templates that `mlgitops template check` tries",
}
_WIDEST = 200
_EXAMPLE = {
    "document": "Merged into an otherwise valid document:",
    "state": "Merged into an otherwise valid state (`environment` into its environment; null removes):",
    "manifest": "A manifest:",
    "environment": "Node pools and manifests of an environment, or a file of a template:",
    "repository": "Files, as they were and as they are (null is no file):",
    "template": "Files of a template:",
}


def page(rule: Rule) -> str:
    """All that is to be said of a rule."""
    judged = _JUDGED[rule.judges] + (", and manifests" if rule.manifests else "")
    facts = [f"- severity: **{rule.severity}**", f"- judges {judged}"]
    if rule.first_step:
        facts[0] += f", **{rule.first_step}** in the path's first step"
    if rule.schema:
        facts.append("- documents: decided by their JSON Schema, so always an error; no policy changes that")
    if not rule.governed and not rule.schema:
        facts.append("- cannot be suppressed or graded otherwise")
    parts = [f"# {rule.id}", f"{rule.title.capitalize()}.", "\n".join(facts), rule.why, f"**Mend:** {rule.mend}"]
    for heading, own, others in (
        ("Found", rule.bad, rule.bad_manifests),
        ("Not found", rule.good, rule.good_manifests),
    ):
        parts.append(f"## {heading}")
        parts += _examples(rule.judges, own)
        parts += _examples("manifest", others)
    return "\n\n".join(parts) + "\n"


def index(rules: Iterable[Rule]) -> str:
    """A table of all rules, each with its page beside it."""
    rows = [
        f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.first_step or rule.severity} | {rule.title} |"
        for rule in rules
    ]
    head = [
        "# Rules",
        "",
        "What `mlgitops validate` finds. `mlgitops rules ID` prints a page; `policy` in `mlgitops.yaml` grades rules",
        "and accepts findings until a date.",
        "",
        "| rule | severity | in the path's first step | what it rejects |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def pages(rules: Iterable[Rule]) -> dict[str, str]:
    """The files of `docs/rules/` by their names."""
    listed = sorted(rules, key=lambda rule: rule.id)
    return {"README.md": index(listed), **{f"{rule.id}.md": page(rule) for rule in listed}}


def described(rule: Rule) -> dict[str, Any]:
    """What programs are told of a rule."""
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "firstStep": rule.first_step or rule.severity,
        "judges": rule.judges,
        "governed": rule.governed,
        "why": rule.why,
        "mend": rule.mend,
        "bad": list(rule.bad),
        "good": list(rule.good),
        "badManifests": list(rule.bad_manifests),
        "goodManifests": list(rule.good_manifests),
    }


def _examples(judged: str, texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    return [_EXAMPLE[judged], *(f"```yaml\n{_shortened(text)}\n```" for text in texts)]


def _shortened(text: str) -> str:
    """The example without what only fills a page: long runs of one text."""
    lines = [line if len(line) <= _WIDEST else f"{line[:160]}…{line[-20:]}" for line in text.strip("\n").split("\n")]
    return "\n".join(lines)
