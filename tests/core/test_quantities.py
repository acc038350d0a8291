from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mlgitops.core import quantities

SUFFIXES = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E-2", "e+21"]


@st.composite
def written_quantities(draw: st.DrawFn) -> str:
    whole = draw(st.integers(0, 10**22) | st.sampled_from([1024, 2000, 2**40, 10**9]))
    fraction = draw(st.sampled_from(["", ".", ".5", ".000", ".125", ".0000000001"]))
    return f"{draw(st.sampled_from(['', '+', '-']))}{whole}{fraction}{draw(st.sampled_from(SUFFIXES))}"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("4", "4"),
        ("1.5", "1500m"),
        ("1500m", "1500m"),
        ("1000m", "1"),
        ("1.500", "1500m"),
        ("+2.", "2"),
        ("007", "7"),
        ("0.0Gi", "0"),
        ("0.5Gi", "512Mi"),
        ("1024Mi", "1Gi"),
        ("16Gi", "16Gi"),
        ("1340Mi", "1340Mi"),
        ("512Ki", "512Ki"),
        ("0.5Ki", "512"),
        ("0.1Gi", "107374182400m"),
        ("1.953125Ki", "2k"),  # no binary suffix fits 2000, and "2000" would be read back as decimal
        ("16Ei", "9223372036854775807"),  # binary amounts are capped
        ("1E", "1E"),
        ("1E3", "1e3"),
        ("1e4", "10e3"),
        ("12e-1", "1200e-3"),
        ("0.1n", "1n"),
        ("-1.5", "-1500m"),
        ("-0.1n", "-1n"),
    ],
)
def test_canonical_form(written: str, canonical: str) -> None:
    assert quantities.canonical(written) == canonical


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("+17.Ki", "+17.Ki"),
        ("1.500", "1.500"),
        ("1E3", "1E3"),
        ("1.953125Ki", "2000"),
        ("1.5", "1500m"),
        ("8Ki", "8Ki"),
    ],
)
def test_what_kubernetes_prints_at_first(written: str, printed: str) -> None:
    assert quantities.parse(written).printed == printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 Gi",
        "1\n",
        "1GB",
        "1K",
        "1mi",
        "1e",
        "1e+",
        "1e1.5",
        "1k5",
        "0x1",
        "1_000",
        "null",
        "NaN",
        "1µ",
        "٣",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(quantities.QuantityError, match="is not a Kubernetes quantity"):
        quantities.parse(text)


@pytest.mark.parametrize("text", ["Ei", "e-10", "1e99999999999", "9" * 1001])
def test_refused_for_its_digits(text: str) -> None:
    with pytest.raises(quantities.QuantityError):
        quantities.parse(text)


def test_a_magnitude_that_kubernetes_would_lose_has_no_canonical_form() -> None:
    assert quantities.parse("1000E").printed == "1"
    with pytest.raises(quantities.QuantityError, match="lose its magnitude"):
        quantities.canonical("1000E")


def test_an_absurd_exponent_costs_nothing_until_its_amount_is_asked_for() -> None:
    assert quantities.canonical("1e2000000000") == "100e1999999998"
    with pytest.raises(quantities.QuantityError, match="absurdly large"):
        quantities.value("1e2000000000")
    assert quantities.value("0e2000000000") == 0


@pytest.mark.parametrize(
    ("text", "value", "milli"),
    [
        ("4", 4, 4000),
        ("500m", 1, 500),
        ("1n", 1, 1),
        ("1.0001", 2, 1001),
        ("16Gi", 17179869184, 17179869184000),
        ("1340Mi", 1405091840, 1405091840000),
        ("-1.5", -2, -1500),
        ("-0.4136Ki", -422, -423525),  # Kubernetes' own arithmetic for negative big decimals
        ("m", 0, 0),
    ],
)
def test_value_and_milli_round_up(text: str, value: int, milli: int) -> None:
    assert (quantities.value(text), quantities.milli(text)) == (value, milli)


@given(written_quantities())
def test_the_canonical_form_is_the_same_amount_and_stays(text: str) -> None:
    quantity = quantities.parse(text)
    try:
        canonical = quantity.canonical
    except quantities.QuantityError:
        assume(False)
    again = quantities.parse(canonical)
    assert again.nano == quantity.nano
    assert again.canonical == again.printed == canonical
