"""Where the checks write down what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import schema_words as words
from mlgitops.core.finding import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mlgitops.core.kubernetes.semantics.forms import Form

At = tuple[str | int, ...]
"""A place in an object: keys and indices from its root."""

RULE = "invalid-manifest"


class Report:
    """The faults of one object, and by what it is judged.

    Args:
        version: Version of Kubernetes: `(1, 34)`.
        time_zones: Names of the time zones that there are.
        privileged: Whether the API server lets containers be privileged (`--allow-privileged`), as clusters do whose
            own parts run as pods.

    Attributes:
        faults: What was found so far.
    """

    __slots__ = ("faults", "privileged", "time_zones", "version")

    def __init__(self, version: tuple[int, int], time_zones: Collection[str] = (), *, privileged: bool = True) -> None:
        self.faults: list[Fault] = []
        self.version = version
        self.time_zones = time_zones
        self.privileged = privileged

    def add(self, at: At, says: str, mend: str) -> None:
        """What is at `at` is wrong: `says` follows the name of the place."""
        self.faults.append(Fault(RULE, at, f"{words.field(at)} {says}", mend))

    def required(self, at: At, mend: str = "Add it.") -> None:
        """What is missing at `at` is required."""
        self.add(at, "is required", mend)

    def forbidden(self, at: At, why: str) -> None:
        """What is at `at` may not be set."""
        self.add(at, f"may not be set: {why}", "Remove it.")

    def double(self, at: At, value: Any) -> None:
        """What is at `at` stood before."""
        self.add(at, f"is {words.shortened(value)}, which stands there already", "Remove or rename one of the two.")

    def form(self, at: At, value: str, form: Form) -> None:
        """What is at `at` must be of `form`."""
        if not form.fits(value):
            self.add(at, f"cannot be {words.quoted(value)}", form.says)

    def choice(self, at: At, value: Any, allowed: Iterable[str]) -> None:
        """What is at `at` must be one of `allowed`."""
        if value not in allowed:
            choices = ", ".join(f"`{one}`" for one in sorted(allowed))
            self.add(at, f"is {words.shortened(value)}; allowed are {choices}", "Choose one of them.")

    def least(self, at: At, value: int | None, least: int = 0) -> None:
        """A number at `at`, if there is one, is `least` at least."""
        if value is not None and value < least:
            self.add(at, f"is {value}", f"Write a number of at least {least}.")

    def between(self, at: At, value: int | None, least: int, most: int) -> None:
        """A number at `at`, if there is one, lies between two bounds, both included."""
        if value is not None and not least <= value <= most:
            self.add(at, f"is {value}", f"Write a number from {least} to {most}.")

    def numbers(self, at: At, holder: dict[str, Any], names: Iterable[str]) -> None:
        """None of the numbers that `holder` has under `names` is negative."""
        for name in names:
            if holder.get(name, 0) < 0:
                self.least((*at, name), holder[name])
