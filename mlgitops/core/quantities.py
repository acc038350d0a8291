"""Kubernetes resource quantities (`500m`, `1.5Gi`, `12e6`), read and written exactly as Kubernetes does.

The reference is `ParseQuantity` of `k8s.io/apimachinery/pkg/api/resource` (v1.32). What it decides:

- A quantity belongs to one of three families by its suffix: decimal (`n u m k M G T P E` or none), binary (`Ki` …
  `Ei`), exponent (`e3`, `E-2`); its canonical form stays in the family unless that would round it.
- The finest step is a billionth: anything finer is rounded away from zero.
- Binary amounts are capped at 2^63 - 1; the other families are not.
- Short ones are held as a 64-bit integer, others as a big decimal; the two round negative amounts differently.

No floating point is involved.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from mlgitops.errors import InputError

Family = Literal["decimal", "binary", "exponent"]

_SHAPE = re.compile(r"([-+]?)(0*+)([0-9]*+)(?:\.([0-9]*+))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([-+]?[0-9]+)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = ["", *_BINARY]

_NANO = -9
_MAX_INT64 = 2**63 - 1
_MAX_INT32 = 2**31 - 1
_DIGITS_OF_INT64 = 18  # that surely fit
_MAX_LENGTH = 1000  # characters; Kubernetes has no bound, Python's int() has one at 4,300 digits
_MAX_EXPONENT = 1000  # to write an amount out as an integer: beyond, it is an attack


class QuantityError(InputError):
    """A text that is no quantity, or one whose amount cannot be used."""


class Quantity(NamedTuple):
    """An exact amount, `mantissa * 10 ** exponent`, and how it was written.

    Attributes:
        mantissa: Signed integer.
        exponent: Power of ten, -9 at least.
        family: Which suffixes its canonical form uses.
        verbatim: The text it came from if Kubernetes prints it back unchanged, else the empty string.
        is_short: Whether Kubernetes holds it as a 64-bit integer; decides how `value` rounds a negative amount.
    """

    mantissa: int
    exponent: int
    family: Family
    verbatim: str
    is_short: bool

    @property
    def nano(self) -> int:
        """The amount in billionths, exact: what to compare and to add.

        Raises:
            QuantityError: The amount has more than a thousand digits.
        """
        if self.mantissa and self.exponent > _MAX_EXPONENT:
            raise QuantityError("the quantity is absurdly large", hint="Lower its exponent.")
        unit: int = 10 ** (self.exponent - _NANO) if self.mantissa else 0
        return self.mantissa * unit

    @property
    def canonical(self) -> str:
        """The canonical form, which Kubernetes reads and prints back unchanged.

        It has the largest suffix of the family that leaves no fraction; a binary amount that no binary suffix fits
        takes a decimal one, since without a suffix it would be read back as decimal.

        Raises:
            QuantityError: The family has no suffix that large; Kubernetes would drop the suffix (`1000E` becomes `1`).
        """
        text = _written(self)
        if text and self.family == "binary" and text[-1].isdigit():
            text = _written(self._replace(family="decimal"))
        if text is None:
            raise QuantityError(
                "the quantity is larger than its suffixes reach: Kubernetes would lose its magnitude",
                hint="Write it with an exponent, such as 1e21.",
            )
        return text

    @property
    def printed(self) -> str:
        """What Kubernetes' `String()` gives right after parsing.

        Not always the canonical form: a short text that looks canonical is kept, so `+1`, `2.` and `1.500` stay.
        """
        return self.verbatim or _written(self) or str(_thousands(self.mantissa, self.exponent)[0])


@lru_cache(maxsize=4096)
def parse(text: str) -> Quantity:
    """Read a quantity as Kubernetes does.

    Raises:
        QuantityError: Kubernetes refuses `text`, or it is longer than 1,000 characters.
    """
    shape = _SHAPE.fullmatch(text)
    if not text or shape is None or len(text) > _MAX_LENGTH:
        raise _not_a_quantity(text, "it is not a number with an optional suffix")
    sign, zeros, whole, fraction, suffix = shape.groups()
    family, power = _interpret(suffix, text)
    digits = (whole or "0") + (fraction or "")
    mantissa, exponent = int(digits), -len(fraction or "")
    if family == "binary":
        mantissa <<= power
    else:
        exponent += power

    is_short = _is_short(digits, bool(fraction), family, power) and exponent >= _NANO
    if is_short:
        kept = int(digits) % 8 != 0 if family == "binary" else _reads_as_canonical(digits, exponent)
        return Quantity(-mantissa if sign == "-" else mantissa, exponent, family, text if kept else "", is_short=True)

    if suffix and not (zeros or whole or fraction):
        raise _not_a_quantity(text, "it has no digits")
    if exponent < _NANO:
        mantissa, exponent = _round_up(mantissa, _NANO - exponent), _NANO
    if family == "binary" and mantissa > _MAX_INT64 * 10**-exponent:
        mantissa, exponent = _MAX_INT64, 0
    return Quantity(-mantissa if sign == "-" else mantissa, exponent, family, "", is_short=False)


def canonical(text: str) -> str:
    """The canonical form of a quantity: `1.5` is `1500m`, `0.5Gi` is `512Mi`, `1000m` is `1`.

    Raises:
        QuantityError: As for `parse`, or no suffix of the family reaches that far.
    """
    return parse(text).canonical


def value(text: str) -> int:
    """The amount in whole units, a fraction rounded up: what the scheduler counts for all resources but CPU.

    Raises:
        QuantityError: As for `parse`, or the amount has more than a thousand digits.
    """
    return _scaled(parse(text), 0)


def milli(text: str) -> int:
    """The amount in thousandths, a fraction of one rounded up: what the scheduler counts for CPU.

    Raises:
        QuantityError: As for `parse`, or the amount has more than a thousand digits.
    """
    return _scaled(parse(text), -3)


def _interpret(suffix: str, text: str) -> tuple[Family, int]:
    """The family of a suffix and its power (of two for binary, else of ten)."""
    if suffix in _DECIMAL:
        return "decimal", _DECIMAL[suffix]
    if suffix in _BINARY:
        return "binary", _BINARY[suffix]
    exponent = _EXPONENT.fullmatch(suffix)
    if exponent is None:
        raise _not_a_quantity(text, f'the suffix "{suffix}" is unknown')
    power = int(exponent[1])
    if abs(power) > _MAX_INT32:
        raise _not_a_quantity(text, "its exponent is absurdly large")
    return "exponent", power


def _is_short(digits: str, has_fraction: bool, family: Family, power: int) -> bool:
    """Whether the number of digits lets Kubernetes use a 64-bit integer."""
    if family == "binary":
        return not has_fraction and len(digits) + power * 3 // 10 <= 14  # noqa: PLR2004 (its own bound, of 15 digits less one)
    return len(digits) <= _DIGITS_OF_INT64


def _reads_as_canonical(digits: str, exponent: int) -> bool:
    """Whether Kubernetes takes a short decimal text for canonical and keeps it."""
    return exponent % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def _round_up(mantissa: int, places: int) -> int:
    """`mantissa / 10 ** places`, rounded away from zero; `mantissa` is not negative."""
    if places > _MAX_LENGTH:  # no text holds so many digits: a remainder is all there is
        return 1 if mantissa else 0
    unit: int = 10**places
    return -(-mantissa // unit)


def _scaled(quantity: Quantity, exponent: int) -> int:
    """The amount in units of `10 ** exponent`, rounded as Kubernetes rounds it.

    Positive amounts round up. Negative ones round away from zero when short; as a big decimal they are truncated
    and, if that lost anything, one is added (`-0.4136Ki`, that is -423.5264, is -422).
    """
    unit: int = 10 ** (exponent - _NANO)
    quotient, remainder = divmod(abs(quantity.nano), unit)
    if quantity.mantissa >= 0:
        return quotient + bool(remainder)
    if quantity.is_short:
        return -(quotient + bool(remainder))
    return -quotient + bool(remainder)


def _written(quantity: Quantity) -> str | None:
    """The amount with a suffix of its family; None where the family has none large enough."""
    mantissa, exponent = quantity.mantissa, quantity.exponent
    if mantissa == 0:
        return "0"
    if quantity.family == "binary":
        whole, remainder = divmod(mantissa, 10**-exponent)
        if not remainder and abs(whole) >= 1024:  # noqa: PLR2004 (Ki is the smallest binary suffix)
            return _binary(whole)
    mantissa, exponent = _thousands(mantissa, exponent)
    if quantity.family == "exponent":
        return f"{mantissa}e{exponent}" if exponent else str(mantissa)
    suffix = _DECIMAL_SUFFIX.get(exponent)
    return None if suffix is None else f"{mantissa}{suffix}"


def _binary(whole: int) -> str:
    times = 0
    while whole % 1024 == 0:
        whole //= 1024
        times += 1
    return f"{whole}{_BINARY_SUFFIX[times]}"


def _thousands(mantissa: int, exponent: int) -> tuple[int, int]:
    """The same amount with the largest exponent that is a multiple of three and leaves an integer."""
    while mantissa % 10 == 0 and mantissa:
        mantissa //= 10
        exponent += 1
    extra = exponent % 3
    factor: int = 10**extra
    return mantissa * factor, exponent - extra


def _not_a_quantity(text: str, why: str) -> QuantityError:
    shown = text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 (enough to find it)
    return QuantityError(f'"{shown}" is not a Kubernetes quantity: {why}', hint="Write it like 500m, 2, 16Gi or 1e3.")
