"""`resource.ParseQuantity`: accepted or refused, the printed form, the sign, `Value()` and `MilliValue()`."""

from __future__ import annotations

from mlgitops.core import quantities

_EXACT = 2**53  # beyond, the recorded integers have wrapped or lost digits
_INT64 = 2**63
_VAST = 20  # powers of ten: not worth writing out


def judge(case: dict) -> str | None:
    text = case["s"]
    try:
        quantity = quantities.parse(text)
    except quantities.QuantityError as error:
        return None if "err" in case else f"{text!r}: refused ({error}), Kubernetes reads {case['canonical']!r}"
    if "err" in case:
        return f"{text!r}: read as {quantity.printed!r}, Kubernetes refuses it"
    ours = {"canonical": quantity.printed, "sign": (quantity.mantissa > 0) - (quantity.mantissa < 0)}
    if quantity.exponent < _VAST and abs(quantity.nano) < _EXACT * 10**9:
        ours["value"] = quantities.value(text)
    if quantity.exponent < _VAST and abs(quantity.nano) < _EXACT * 10**6:
        ours["milli"] = quantities.milli(text)
    for field, value in ours.items():
        if value != case[field] and not (field in {"value", "milli"} and _wrapped(quantity)):
            return f"{text!r}: {field} is {value!r}, of Kubernetes {case[field]!r}"
    return None


def _wrapped(quantity: quantities.Quantity) -> bool:
    """Whether Kubernetes' own rounding overflowed: negative big decimals of more than 2^63 billionths."""
    return not quantity.is_short and quantity.nano < -_INT64
