"""What was planned: a change to one service, with everything that is known of it before anything is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.promotion.creation import Question
    from mlgitops.core.promotion.metrics import Measured
    from mlgitops.core.promotion.moves import Move
    from mlgitops.core.promotion.staying import Difference
    from mlgitops.gates import Verdict


class Told(NamedTuple):
    """What a gate says of a change.

    Attributes:
        gate: Its id.
        verdict: What it says.
        blocks: Whether it can stop this change.
        drafts: Whether a pull request is a draft while it is pending.
        override: Why it is passed over; empty where it is not.
    """

    gate: str
    verdict: Verdict
    blocks: bool
    drafts: bool
    override: str = ""

    @property
    def refuses(self) -> bool:
        """Whether nothing may be pushed."""
        return self.blocks and not self.override and self.verdict.result == "failed"

    @property
    def waits(self) -> bool:
        """Whether the pull request must not be merged yet."""
        return self.blocks and self.drafts and not self.override and self.verdict.result == "pending"


class Planned(NamedTuple):
    """A change to one service.

    Attributes:
        move: The change to its state.
        files: What is written, by path: the state and its manifests, as far as they are not so in the base already.
        removed: Manifests that it no longer hydrates to.
        told: What each gate says that has something to say, by id.
        findings: What rules find in it, without secrets.
        questions: What a person has to fill in before it can be hydrated.
        staying: What differs from the source and does not travel.
        missing: Variables that the release requires and the target does not bind.
        measured: Metrics of the release beside those of the one that it replaces.
        fits: For each workload, what its pods fit on, or why they fit nowhere.
        diff: The change to state and manifests, as a unified difference without secrets.
        secrets: What must not be shown of the files that it is about, the longest first.
    """

    move: Move
    files: Mapping[str, bytes]
    removed: Sequence[str]
    told: Sequence[Told]
    findings: Sequence[Finding]
    questions: Sequence[Question]
    staying: Sequence[Difference]
    missing: Sequence[str]
    measured: Sequence[Measured]
    fits: Sequence[str]
    diff: str
    secrets: Sequence[str]

    @property
    def refused(self) -> bool:
        """Whether a gate stops it."""
        return any(told.refuses for told in self.told)

    @property
    def draft(self) -> bool:
        """Whether it must not be merged yet."""
        return bool(self.questions) or any(told.waits for told in self.told)


class Group(NamedTuple):
    """What one pull request brings.

    Attributes:
        branch: Name of its branch.
        planned: The changes, by name of the service.
        besides: Further paths that people have changed on the branch: merging brings them, and no gate was asked here.
    """

    branch: str
    planned: Sequence[Planned]
    besides: Sequence[str] = ()

    @property
    def draft(self) -> bool:
        """Whether it must not be merged yet."""
        return any(planned.draft for planned in self.planned)

    @property
    def files(self) -> dict[str, bytes]:
        """What is written, by path."""
        return {path: data for planned in self.planned for path, data in planned.files.items()}

    @property
    def removed(self) -> list[str]:
        """What is deleted, sorted."""
        return sorted(path for planned in self.planned for path in planned.removed)
