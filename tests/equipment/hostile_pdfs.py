"""PDFs that are out to do harm: crafted ones by name, and damaged good ones by number."""

import random
import re
import zlib
from collections.abc import Callable
from functools import cache

from tests.equipment.pdfs import document, encrypted, file, lines, obj, simple, stream

PAGE = lines("Page 1")
SCRIPT = "<</S/JavaScript/JS(app.alert\\(1\\); this.submitForm\\('http://127.0.0.1:9/'\\);)>>"
LAUNCH = "<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>>>"


def _action(action: str) -> Callable[[], bytes]:
    """Something that is to happen when the file or its page is opened."""
    return lambda: document(
        [PAGE], catalogue=f"/OpenAction {action}/AA<</WC {action}>>", page=f"/AA<</O {action}>>"
    )


def _annotation(entries: str) -> Callable[[], bytes]:
    return lambda: document([PAGE], page=f"/Annots[<</Type/Annot/Rect[0 0 595 842]{entries}>>]")


def _box(box: str) -> Callable[[], bytes]:
    return lambda: document([PAGE], box=box)


def _drawn(content: str, *more: bytes, resources: str = "") -> Callable[[], bytes]:
    return lambda: document([stream(obj(content))], more=more, resources=resources)


@cache
def _bomb(size: int, layers: int = 1, byte: bytes = b" ") -> bytes:
    packer, data = zlib.compressobj(9), bytearray()
    block = byte * (1 << 20)
    for _ in range(size >> 20):
        data += packer.compress(block)
    data += packer.flush()
    packed = bytes(data)
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    return packed


def _packed(data: bytes, layers: int, entries: str = "") -> bytes:
    filters = "/FlateDecode" * layers
    return stream(data, f"{entries}/Filter[{filters}]")


def _image(width: int, height: int, bits: int, data: bytes) -> Callable[[], bytes]:
    entries = (
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}"
        f"/ColorSpace/DeviceGray/BitsPerComponent {bits}"
    )
    return _drawn(
        "q 500 0 0 500 40 40 cm /I Do Q",
        _packed(data, 1, entries),
        resources="/XObject<</I 4 0 R>>",
    )


def _tree(kids: str, *more: bytes) -> Callable[[], bytes]:
    """A page tree that is none."""
    objects = [obj("<</Type/Catalog/Pages 2 0 R>>"), obj(f"<</Type/Pages/Count 9/Kids[{kids}]>>")]
    return lambda: file([*objects, *more])


def _xref(tail: str) -> Callable[[], bytes]:
    """A good body with another end; `{at}` is where its table is."""

    def made() -> bytes:
        body, _, _ = simple(1).rpartition(b"trailer")
        at = body.rindex(b"xref\n0")
        return body + obj(tail.replace("{at}", str(at)))

    return made


def _form(content: str, resources: str = "") -> bytes:
    return stream(
        obj(content), f"/Type/XObject/Subtype/Form/BBox[0 0 600 850]/Resources<<{resources}>>"
    )


def _deep_tree() -> bytes:
    objects = [obj("<</Type/Catalog/Pages 2 0 R>>")]
    depth = 3000
    for number in range(2, depth):
        objects.append(
            obj(f"<</Type/Pages/Count 1/Kids[{number + 1} 0 R]/Parent {number - 1} 0 R>>")
        )
    objects.append(obj(f"<</Type/Page/Parent {depth - 1} 0 R/MediaBox[0 0 9 9]>>"))
    return file(objects)


def _object_stream_in_itself() -> bytes:
    inner = obj("4 0 <</Type/ObjStm/N 1/First 4/Length 4>>")
    return document([PAGE], more=[stream(inner, "/Type/ObjStm/N 1/First 4/Extends 4 0 R")])


def _long_names() -> bytes:
    return document([PAGE], catalogue=f"/{'A' * 1_000_000} ({'B' * 1_000_000})")


CRAFTED: dict[str, Callable[[], bytes]] = {
    "script": _action(SCRIPT),
    "launch": _action(LAUNCH),
    "address": _action("<</S/URI/URI(http://127.0.0.1:9/)>>"),
    "other file": _action("<</S/GoToR/F(/etc/passwd)/D[0/Fit]>>"),
    "submit": _action("<</S/SubmitForm/F(http://127.0.0.1:9/)>>"),
    "import": _action("<</S/ImportData/F(/etc/passwd)>>"),
    "named action": _action("<</S/Named/N/Print>>"),
    "actions in a ring": _action("<</S/GoTo/D[0/Fit]/Next 1 0 R>>"),
    "script on a link": _annotation(f"/Subtype/Link/A {SCRIPT}"),
    "rich media": _annotation("/Subtype/RichMedia/RichMediaContent<<>>"),
    "attachment": _annotation("/Subtype/FileAttachment/FS<</F(a.exe)/EF<</F 4 0 R>>>>"),
    "field with a script": _annotation(f"/Subtype/Widget/FT/Tx/T(a)/AA<</K {SCRIPT}/F {SCRIPT}>>"),
    "appearance of itself": _annotation("/Subtype/Stamp/AP<</N 5 0 R>>"),
    "xfa": lambda: document(
        [PAGE],
        catalogue="/AcroForm<</XFA[(xdp:xdp)4 0 R]/NeedAppearances true/Fields[]>>",
        more=[stream(b"<xdp:xdp/>"), obj("null")],
    ),
    "field tree in a ring": lambda: document(
        [PAGE], catalogue="/AcroForm<</Fields[4 0 R]>>", more=[obj("<</Kids[4 0 R]/Parent 4 0 R>>")]
    ),
    "outlines in a ring": lambda: document(
        [PAGE], catalogue="/Outlines 4 0 R", more=[obj("<</First 4 0 R/Next 4 0 R/Prev 4 0 R>>")]
    ),
    "huge box": _box("[0 0 1e9 1e9]"),
    "narrow box": _box("[0 0 3 14000]"),
    "empty box": _box("[0 0 0 0]"),
    "box upside down": _box("[595 842 0 0]"),
    "box far away": _box("[1e8 1e8 100000595 100000842]"),
    "box of words": _box("[(a) /b null <<>>]"),
    "box of overflows": _box("[-2147483648 -2147483648 2147483647 2147483647]"),
    "no box": _box("null"),
    "user unit": lambda: document([PAGE], page="/UserUnit 75000"),
    "odd rotation": lambda: document([PAGE], page="/Rotate 45"),
    "page tree in a ring": _tree("2 0 R 2 0 R"),
    "page tree in a wide ring": _tree("3 0 R", obj("<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]>>")),
    "pages that are not there": _tree("7 0 R 8 0 R 9 0 R"),
    "a billion pages": lambda: simple(1).replace(b"/Count 1", b"/Count 1000000000"),
    "fewer than no pages": lambda: simple(1).replace(b"/Count 1", b"/Count -9"),
    "deep page tree": _deep_tree,
    "ten thousand pages": lambda: document([PAGE] * 10_000),
    "form in itself": _drawn(
        "/X Do", _form("/X Do", "/XObject<</X 4 0 R>>"), resources="/XObject<</X 4 0 R>>"
    ),
    "forms twice as many each": _drawn(
        "/X Do",
        *(_form("/X Do " * 10, f"/XObject<</X {number} 0 R>>") for number in range(5, 14)),
        _form("0 0 10 10 re f"),
        resources="/XObject<</X 4 0 R>>",
    ),
    "pattern in itself": _drawn(
        "/Pattern cs /P scn 0 0 595 842 re f",
        stream(
            b"/Pattern cs /P scn 0 0 9 9 re f",
            "/PatternType 1/PaintType 1/TilingType 1"
            "/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<</Pattern<</P 4 0 R>>>>",
        ),
        resources="/Pattern<</P 4 0 R>>",
    ),
    "pattern of tiny steps": _drawn(
        "/Pattern cs /P scn 0 0 595 842 re f",
        stream(
            b"0 0 9 9 re f",
            "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]"
            "/XStep 0.0001/YStep 0.0001/Resources<<>>",
        ),
        resources="/Pattern<</P 4 0 R>>",
    ),
    "type 3 font of itself": _drawn(
        "BT /T 20 Tf 50 500 Td (aaaa) Tj ET",
        obj(
            "<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 97"
            "/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>/CharProcs<</a 5 0 R>>"
            "/Resources<</Font<</T 4 0 R>>>>>>"
        ),
        stream(b"9 0 d0 BT /T 9 Tf (aaaa) Tj ET"),
        resources="/Font<</T 4 0 R>>",
    ),
    "shading of tiny cells": _drawn(
        "/S sh",
        obj("<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1e9 0 1e9]/Function 5 0 R>>"),
        stream(
            b"{ 2 copy mul sin exch cos 3 1 roll pop dup }",
            "/FunctionType 4/Domain[0 1e9 0 1e9]/Range[0 1 0 1 0 1]",
        ),
        resources="/Shading<</S 4 0 R>>",
    ),
    "function of itself": _drawn(
        "/S sh",
        obj("<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 9 9]/Function 5 0 R>>"),
        obj("<</FunctionType 3/Domain[0 1]/Functions[5 0 R 5 0 R]/Bounds[.5]/Encode[0 1 0 1]>>"),
        resources="/Shading<</S 4 0 R>>",
    ),
    "dashes without end": _drawn("[0.00001 0.00001] 0 d 0 0 m 595 842 l S"),
    "a million lines": _drawn("0 0 m " + "595 842 l 0 842 l 595 0 l " * 300_000 + "S"),
    "a million states": _drawn("q " * 1_000_000),
    "numbers without end": _drawn(f"{'9' * 100_000} {'1' * 100_000} m 0 0 l S"),
    "huge letters": _drawn("BT /F1 1e30 Tf 0 0 Td (aaaa) Tj ET"),
    "letters far away": _drawn("1e30 0 0 1e30 1e30 1e30 cm BT /F1 9 Tf (aaaa) Tj ET"),
    "content that bursts": lambda: document([_packed(_bomb(1 << 30), 1)]),
    "content that bursts in layers": lambda: document([_packed(_bomb(1 << 30, 3), 3)]),
    "text that bursts": lambda: document(
        [stream(b"BT /F1 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 200_000 + b"ET", packed=True)]
    ),
    "picture that bursts": _image(65_000, 65_000, 8, _bomb(256 << 20, byte=b"\x7f")),
    "picture of two billion dots": _image(2_000_000_000, 2_000_000_000, 1, b"\0" * 9),
    "picture of nothing": _image(0, 0, 8, b""),
    "picture of itself": _drawn(
        "/I Do",
        stream(
            b"a",
            "/Type/XObject/Subtype/Image/Width 9/Height 9/ColorSpace/DeviceGray"
            "/BitsPerComponent 8/SMask 4 0 R",
        ),
        resources="/XObject<</I 4 0 R>>",
    ),
    "ascii85 in layers": lambda: document(
        [stream(b"z" * 1_000_000, f"/Filter[{'/ASCII85Decode' * 400}]")]
    ),
    "run lengths": lambda: document(
        [stream(b"\x81 " * 5_000_000, f"/Filter[{'/RunLengthDecode' * 4}]")]
    ),
    "predictor": lambda: document(
        [_packed(_bomb(1 << 20), 1, "/DecodeParms[<</Predictor 15/Columns 2147483647>>]")]
    ),
    "arrays in arrays": lambda: document([PAGE], catalogue="/A" + "[" * 200_000 + "]" * 200_000),
    "dictionaries in dictionaries": lambda: document([PAGE], catalogue="/A" + "<</A" * 100_000),
    "long names": _long_names,
    "length of itself": lambda: document([obj("<</Length 5 0 R>>") + b"stream\nq\nendstream"]),
    "object stream in itself": _object_stream_in_itself,
    "table before itself": _xref("trailer<</Size 6/Root 1 0 R/Prev {at}>>\nstartxref\n{at}\n%%EOF"),
    "table beside itself": _xref(
        "trailer<</Size 6/Root 1 0 R/XRefStm {at}>>\nstartxref\n{at}\n%%EOF"
    ),
    "table nowhere": _xref("trailer<</Size 6/Root 1 0 R>>\nstartxref\n999999999999\n%%EOF"),
    "table before the file": _xref("trailer<</Size 6/Root 1 0 R>>\nstartxref\n-5\n%%EOF"),
    "table of two billion": _xref("trailer<</Size 2147483647/Root 1 0 R>>\nstartxref\n{at}\n%%EOF"),
    "root of itself": _xref("trailer<</Size 6/Root 9 0 R>>\nstartxref\n{at}\n%%EOF"),
    "no table": lambda: simple(1).partition(b"xref\n0")[0],
    "header alone": lambda: b"%PDF-1.7\n",
    "header and zeros": lambda: b"%PDF-1.7\n" + b"\0" * 100_000,
    "header and noise": lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(500_000),
    "many objects": lambda: (
        b"%PDF-1.7\n" + b"".join(b"%d 0 obj<<>>endobj\n" % n for n in range(300_000))
    ),
    "password": lambda: encrypted(b"secret"),
    "encryption of nothing": lambda: document([PAGE], trailer="/Encrypt<<>>"),
    "encryption of the future": lambda: document(
        [PAGE], trailer="/Encrypt<</Filter/Standard/V 9/R 9/O()/U()/P 0>>/ID[()()]"
    ),
    "encryption in a ring": lambda: document([PAGE], more=[obj("4 0 R")], trailer="/Encrypt 4 0 R"),
}


# ---------------------------------------------------------------------------- damaged ones
@cache
def _good() -> tuple[bytes, ...]:
    form = document(
        [lines("Page 1")],
        page="/Annots[<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(b)"
        "/Rect[50 50 300 90]/DA(/F1 12 Tf)>>]",
        catalogue="/AcroForm<</Fields[]>>",
    )
    drawn = _drawn(
        "q 300 0 0 300 40 40 cm /I Do Q /S sh 1 0 0 rg 50 50 m 90 90 200 300 10 10 c f",
        stream(random.Random(2).randbytes(3000), "/Type/XObject/Subtype/Image/Width 50/Height 20"
               "/ColorSpace/DeviceRGB/BitsPerComponent 8", packed=True),
        obj("<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 500 500]/Function<</FunctionType 2"
            "/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>>>"),
        resources="/XObject<</I 4 0 R>>/Shading<</S 5 0 R>>",
    )()  # fmt: skip
    packed = document([stream(b"BT /F1 18 Tf 72 700 Td (Hello) Tj ET", packed=True)] * 3)
    return simple(3, "lorem ipsum"), form, drawn, packed, encrypted(b"")


def _flip(data: bytearray, draw: random.Random) -> None:
    for _ in range(draw.choice((1, 3, 30))):
        data[draw.randrange(len(data))] = draw.randrange(256)


def _cut(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    del data[at : at + draw.choice((1, 20, 500, len(data)))]


def _double(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(data))
    data[at:at] = data[at : at + draw.choice((5, 100, 1000))] * draw.choice((1, 2, 50))


def _other_number(data: bytearray, draw: random.Random) -> None:
    numbers = [m.span() for m in re.finditer(rb"\d+", data)]
    if numbers:
        start, end = draw.choice(numbers)
        choices = ("0", "-1", "1", "4", "65536", "2147483647", "4294967296", "1e38", "0.0000001")
        data[start:end] = draw.choice(choices).encode()


def _other_word(data: bytearray, draw: random.Random) -> None:
    words = [m.span() for m in re.finditer(rb"/\w+|\d+ 0 R|<<|>>|\[|\]", data)]
    if words:
        (start, end), (from_, to) = draw.choice(words), draw.choice(words)
        data[start:end] = data[from_:to]


def damaged(seed: int) -> bytes:
    """A good file, damaged in up to four ways; still a PDF by its header."""
    draw = random.Random(seed)
    data = bytearray(draw.choice(_good()))
    for _ in range(draw.randint(1, 4)):
        if len(data) > 1:
            draw.choice((_flip, _cut, _double, _other_number, _other_number, _other_word))(
                data, draw
            )
    return b"%PDF-1.7\n" + bytes(data)
