"""PDFs made by hand: good ones, and ones that are out to do harm.

Everything that a reader gets is spelled out here, so that what is wrong with a file is what was
meant to be wrong.
"""

import hashlib
import random
import zlib
from collections.abc import Sequence

A4 = (595.0, 842.0)


def obj(text: str) -> bytes:
    """An object that holds no bytes of its own."""
    return text.encode("latin-1")


def stream(data: bytes, entries: str = "", *, packed: bool = False) -> bytes:
    """A stream; packed by Flate."""
    if packed:
        data, entries = zlib.compress(data, 9), f"{entries}/Filter/FlateDecode"
    return obj(f"<<{entries}/Length {len(data)}>>") + b"stream\n" + data + b"\nendstream"


def file(objects: Sequence[bytes], trailer: str = "", header: bytes = b"%PDF-1.7\n") -> bytes:
    """Objects numbered from 1, of which the first is the catalogue, as a file."""
    out = bytearray(header)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += obj(f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\n")
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table


def document(
    pages: Sequence[bytes],
    *,
    box: str = "[0 0 595 842]",
    catalogue: str = "",
    page: str = "",
    resources: str = "",
    own: Sequence[str] = (),
    more: Sequence[bytes] = (),
    trailer: str = "",
) -> bytes:
    """A file with a content stream per page; `more` are objects 4, 5, … (3 is the font).

    `own` are resources of single pages, `resources` those of all.
    """
    first = 4 + len(more)
    kids = " ".join(f"{first + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        obj(f"<</Type/Catalog/Pages 2 0 R{catalogue}>>"),
        obj(f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"),
        obj("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
        *more,
    ]
    for place, content in enumerate(pages):
        resource = resources + (own[place] if own else "")
        objects.append(
            obj(
                f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Contents {first + 2 * place + 1} 0 R"
                f"/Resources<</Font<</F1 3 0 R>>{resource}>>{page}>>"
            )
        )
        objects.append(content)
    return file(objects, trailer)


def lines(*words: str) -> bytes:
    """A content stream with a line of text under the other."""
    shown = "".join(f"({line}) Tj 0 -24 Td " for line in words)
    return stream(obj(f"BT /F1 18 Tf 72 760 Td {shown}ET"))


def simple(count: int = 3, *words: str) -> bytes:
    """A good file: every page says which one it is, and the words."""
    return document([lines(f"Page {number}", *words) for number in range(1, count + 1)])


def large(count: int = 500, size: int = 20 << 20, seed: int = 1) -> bytes:
    """A good file, a little smaller than a size: every page has text and a picture of noise."""
    draw = random.Random(seed)
    side = int(((size / count - 4500) / 3) ** 0.5)
    pages, pictures, own = [], [], []
    for number in range(count):
        dots = draw.randbytes(side * side * 3)
        entries = f"/Type/XObject/Subtype/Image/Width {side}/Height {side}"
        pictures.append(stream(dots, entries + "/ColorSpace/DeviceRGB/BitsPerComponent 8"))
        own.append(f"/XObject<</I {4 + number} 0 R>>")
        text = " ".join(f"({'lorem ipsum ' * 6}{line}) Tj 0 -13 Td" for line in range(40))
        head = f"BT /F1 10 Tf 60 790 Td (Page {number + 1}) Tj 0 -13 Td {text} ET "
        pages.append(stream(obj(f"{head}q 200 0 0 200 60 40 cm /I Do Q")))
    return document(pages, more=pictures, own=own)


# ---------------------------------------------------------------------------- encrypted ones
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def _padded(password: bytes) -> bytes:
    return (password + _PADDING)[:32]


def encrypted(password: bytes) -> bytes:
    """A file that opens with a password (empty: with none), RC4 with 40 bits."""
    name = hashlib.md5(b"kamusm-esign", usedforsecurity=False).digest()
    owner_key = hashlib.md5(_padded(b"owner"), usedforsecurity=False).digest()[:5]
    owner = _rc4(owner_key, _padded(password))
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(_padded(password) + owner + rights + name, usedforsecurity=False).digest()[:5]
    user = _rc4(key, _PADDING)
    content = b"BT /F1 18 Tf 72 760 Td (Secret page) Tj ET"
    number = 7  # of the content stream below
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0", usedforsecurity=False)
    encryption = obj(f"<</Filter/Standard/V 1/R 2/O<{owner.hex()}>/U<{user.hex()}>/P -4>>")
    scrambled = stream(_rc4(own.digest()[:10], content))
    return document(
        [scrambled],
        more=[encryption, obj("null")],
        trailer=f"/Encrypt 4 0 R/ID[<{name.hex()}><{name.hex()}>]",
    )
