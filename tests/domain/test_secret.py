"""Secrets that can be wiped and never show themselves."""

import copy
import gc
import pickle

import pytest

from kamusm_esign.domain.portal_session import SessionToken
from kamusm_esign.domain.secret import PIN_CAPACITY, Secret, SecretBox
from kamusm_esign.domain.verification_code import VerificationCode


def typed(text: str, capacity: int = PIN_CAPACITY) -> Secret:
    secret = Secret(capacity)
    for byte in text.encode():
        assert secret.push(byte)
    return secret


def test_typing() -> None:
    secret = typed("40291738")
    secret.pop()
    assert bytes(secret.view()) == b"4029173"
    assert len(secret) == 7


def test_the_buffer_never_grows() -> None:
    secret = typed("402917385064")
    assert not secret.push(0x31)
    assert bytes(secret.view()) == b"402917385064"


def test_nothing_is_left_behind_a_popped_digit() -> None:
    secret = typed("40", 2)
    buffer = secret.view().obj
    secret.pop()
    secret.pop()
    secret.pop()
    assert bytes(buffer) == b"\0\0"


def test_wiping() -> None:
    secret = typed("402917")
    buffer = secret.view().obj
    secret.wipe()
    assert len(secret) == 0
    assert bytes(buffer) == bytes(PIN_CAPACITY)


def test_taking_wipes_the_source() -> None:
    source = bytearray(b"402917")
    secret = Secret.taking(source)
    assert source == bytes(6)
    assert bytes(secret.view()) == b"402917"


def test_a_dropped_secret_is_wiped() -> None:
    secret = typed("402917")
    buffer = secret.view().obj
    del secret
    gc.collect()
    assert bytes(buffer) == bytes(PIN_CAPACITY)


def test_equality() -> None:
    assert typed("402917") == typed("402917", 20)
    assert typed("402917") != typed("40291")
    assert typed("402917") != "402917"
    with pytest.raises(TypeError):
        hash(typed("402917"))


@pytest.mark.parametrize("value", [typed("402917"), VerificationCode("168857414351237")])
def test_it_does_not_show_itself(value: object) -> None:
    shown = f"{value} {value!r} {value!s} {[value]}"
    assert not any(c.isdigit() for c in shown)
    for refused in (pickle.dumps, json_like):
        with pytest.raises(TypeError):
            refused(value)


def json_like(value: object) -> str:
    import json

    return json.dumps(value)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_secret_is_not_copied(duplicate: object) -> None:
    with pytest.raises(TypeError):
        duplicate(typed("402917"))  # type: ignore[operator]


def test_sensitive_texts_compare_by_kind_and_content() -> None:
    text = "168857414351237"
    assert VerificationCode(text) == VerificationCode(text)
    assert hash(VerificationCode(text)) == hash(VerificationCode(text))
    assert VerificationCode(text) != SessionToken(text)
    assert VerificationCode(text) != text
    assert VerificationCode(text).reveal() == text


def test_a_boxed_secret_is_handed_out_once() -> None:
    box = SecretBox()
    handle = box.put(typed("402917"))
    assert len(box) == 1
    assert bytes(box.take(handle).view()) == b"402917"
    with pytest.raises(KeyError):
        box.take(handle)


def test_dropping_wipes() -> None:
    box = SecretBox()
    secrets = [typed("402917"), typed("739164")]
    first, _second = (box.put(secret) for secret in secrets)
    box.drop(first)
    box.drop(first)
    assert [len(s) for s in secrets] == [0, 6]
    box.wipe()
    assert [len(s) for s in secrets] == [0, 0]
    assert len(box) == 0


def test_handles_are_never_used_again() -> None:
    box = SecretBox()
    handles = set()
    for _ in range(3):
        handle = box.put(typed("402917"))
        box.drop(handle)
        handles.add(handle)
    assert len(handles) == 3
