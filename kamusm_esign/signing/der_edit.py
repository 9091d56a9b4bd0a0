"""Adds an unsigned attribute to a CMS without touching another byte of it.

On the bytes: asn1crypto writes a changed structure anew, all of it, and takes minutes for one that
has another CMS inside.
"""

from asn1crypto.parser import emit, parse

_UNIVERSAL, _CONTEXT, _CONSTRUCTED = 0, 2, 1
_SEQUENCE, _SET = 16, 17
_UNSIGNED_ATTRIBUTES = 1
"""[1] IMPLICIT, the last member of SignerInfo (RFC 5652 section 5.3)."""


def with_unsigned_attribute(signature: bytes, attribute: bytes) -> bytes:
    """The CMS of one signer with one more unsigned attribute (DER).

    Raises:
        ValueError: it is none, or has more than one signer.
    """
    content_type, explicit = members_of(signature)
    (signed_data,) = members_of(explicit)
    *others, signers = members_of(signed_data)
    (signer,) = members_of(signers)
    changed = _wrap(_SET, _with_attribute(signer, attribute))
    whole = emit(_CONTEXT, _CONSTRUCTED, 0, _wrap(_SEQUENCE, *others, changed))
    return _wrap(_SEQUENCE, content_type, whole)


def _with_attribute(signer: bytes, attribute: bytes) -> bytes:
    members = members_of(signer)
    class_, _, tag, *_ = parse(members[-1])
    present: list[bytes] = []
    if (class_, tag) == (_CONTEXT, _UNSIGNED_ATTRIBUTES):
        present = members_of(members.pop())
    # DER: the members of a SET OF in the order of their encodings (X.690 section 11.6).
    attributes = b"".join(sorted((*present, attribute)))
    unsigned = emit(_CONTEXT, _CONSTRUCTED, _UNSIGNED_ATTRIBUTES, attributes)
    return _wrap(_SEQUENCE, *members, unsigned)


def _wrap(tag: int, *members: bytes) -> bytes:
    return bytes(emit(_UNIVERSAL, _CONSTRUCTED, tag, b"".join(members)))


def members_of(value: bytes) -> list[bytes]:
    """The encodings inside a constructed value."""
    rest = parse(value, strict=True)[4]
    found: list[bytes] = []
    while rest:
        _, _, _, header, contents, trailer = parse(rest)
        size = len(header) + len(contents) + len(trailer)
        found.append(rest[:size])
        rest = rest[size:]
    return found
