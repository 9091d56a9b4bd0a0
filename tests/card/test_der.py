"""The few values of DER that certificates need, held against asn1crypto."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.card.der import (
    SEQUENCE,
    SET,
    DerError,
    Element,
    context,
    first_element,
    only_element,
)

OIDS = [
    "0.4.0.1862.1.1",
    "1.2.840.113549.1.1.1",
    "2.5.4.3",
    "2.16.792.1.61.0.1.5070.1.1",
    "2.999.3",
]
TEXTS = {
    core.UTF8String: "Iğdır Ökçe İŞÇİ 名前",
    core.PrintableString: "Ayse Isik",
    core.NumericString: "10000000146",
    core.IA5String: "a@b.example",
    core.VisibleString: "visible",
    core.BMPString: "Iğdır",
    core.UniversalString: "Iğdır",
}


class Numbers(core.SequenceOf):  # type: ignore[misc]
    """SEQUENCE OF INTEGER."""

    _child_spec = core.Integer


@pytest.mark.parametrize("oid", OIDS)
def test_object_identifiers(oid: str) -> None:
    assert only_element(core.ObjectIdentifier(oid).dump()).oid() == oid


@given(
    st.tuples(st.integers(0, 1), st.integers(0, 39))
    | st.tuples(st.just(2), st.integers(0, 1 << 40)),
    st.lists(st.integers(0, 1 << 70), max_size=8),
)
def test_any_object_identifier(first: tuple[int, int], rest: list[int]) -> None:
    oid = ".".join(map(str, (*first, *rest)))
    assert only_element(core.ObjectIdentifier(oid).dump()).oid() == oid


@given(st.lists(st.integers(-(1 << 600), 1 << 600), max_size=40))
def test_numbers_and_long_lengths(numbers: list[int]) -> None:
    sequence = only_element(Numbers(numbers).dump())
    assert [member.integer() for member in sequence.members()] == numbers


@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.__name__)
def test_texts(kind: type[core.AbstractString]) -> None:
    assert only_element(kind(TEXTS[kind]).dump()).text() == TEXTS[kind]


@pytest.mark.parametrize(
    ("content", "octets"),
    [("00", ""), ("00a5", "a5"), ("0780", "80"), ("0611", "00"), ("03ffff", "fff8")],
)
def test_bits(content: str, octets: str) -> None:
    content_octets = bytes.fromhex(content)
    element = only_element(bytes([0x03, len(content_octets)]) + content_octets)
    assert element.bits().hex() == octets


def test_tags_and_what_follows() -> None:
    tagged = bytes([context(3), 3, 0x02, 1, 5])
    assert only_element(tagged).members(context(3))[0].integer() == 5
    assert first_element(tagged + b"padding").whole == tagged
    assert only_element(bytes.fromhex("3100")).members(SET) == []


@pytest.mark.parametrize(
    "data",
    [
        *(
            "",
            "30",
            "3001",
            "3080",
            "30800000",
            "308500000000",
            "3084ffffffff00",
            "1f0100",
            "0500ff",
        ),
        *("308101", "30820001"),
    ],
)
def test_no_element(data: str) -> None:
    with pytest.raises(DerError):
        only_element(bytes.fromhex(data))


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("0600", Element.oid),
        ("06022a80", Element.oid),
        ("02012a", Element.oid),
        ("06012a", Element.integer),
        ("0300", Element.bits),
        ("030108", Element.bits),
        ("030107", Element.bits),
        ("0400", Element.bits),
        ("0400", Element.text),
        ("3100", Element.members),
        ("30020201", Element.members),
    ],
)
def test_not_what_was_expected(data: str, read: Callable[[Element], object]) -> None:
    with pytest.raises(DerError):
        read(only_element(bytes.fromhex(data)))


def _deep(element: Element) -> None:
    """Everything that can be asked of an element and of what is in it."""
    for read in (Element.oid, Element.integer, Element.bits, Element.text):
        with suppress(ValueError):
            read(element)
    for tag in (SEQUENCE, SET):
        with suppress(DerError):
            for member in element.members(tag):
                assert member.whole in element.content
                assert member.whole.endswith(member.content)
                _deep(member)


@given(
    st.binary(max_size=60), st.sampled_from([b"", b"\x30", b"\x31\x10", b"\x06\x05", b"\x03\x04"])
)
def test_garbage_is_a_value_error_at_most(data: bytes, start: bytes) -> None:
    with suppress(DerError):
        element = first_element(start + data)
        assert (start + data).startswith(element.whole)
        _deep(element)
