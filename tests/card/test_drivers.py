"""ATR → card type → library, and the table that says so."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamusm_esign.card.admin_key import AdminKeyPlace
from kamusm_esign.card.card_types import load_card_types
from kamusm_esign.card.drivers import (
    CardType,
    CardTypes,
    SearchPlace,
    find_driver,
    find_libraries,
    historical_bytes,
)
from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.tokens import DriverStatus, UnblockMethod
from tests.card.test_binaries import NATIVE, elf, pe

SHIPPED = load_card_types()
AKIS_ATR = "3B9F978131FE4580655443D3228231C073F621808105D3"
WINDOWS = {
    "SystemRoot": r"C:\Windows",
    "ProgramFiles": r"C:\Program Files",
    "ProgramW6432": r"C:\Program Files",
    "ProgramFiles(x86)": r"C:\Program Files (x86)",
}


# ---------------------------------------------------------------------------- ATR
@pytest.mark.parametrize(
    ("atr", "history"),
    [
        (AKIS_ATR, "80655443D3228231C073F621808105"),
        ("3BBA11008131FE4D55454B41452056312E30AE", "55454B41452056312E30"),
        ("3B8F80018065544320141331C073F4A180810508", "8065544320141331C073F4A1808105"),
        ("3B00", ""),
        ("3F021414", "1414"),
        ("3B021414", "1414"),
        ("3BF5180002810000FF4D79", None),
        ("3BF41800FF00AABBCCDD", "AABBCCDD"),
    ],
)
def test_historical_bytes(atr: str, history: str | None) -> None:
    if history is None:
        with pytest.raises(ValueError, match="cut off"):
            historical_bytes(bytes.fromhex(atr))
    else:
        assert historical_bytes(bytes.fromhex(atr)).hex().upper() == history


@pytest.mark.parametrize("atr", ["", "3B", "00" * 10, "3C00", "3B9F97", "3B0A1111", "3B80", "3BF0"])
def test_no_atr(atr: str) -> None:
    with pytest.raises(ValueError, match=r"cut off|not an ATR"):
        historical_bytes(bytes.fromhex(atr))
    assert SHIPPED.find(atr) is None


@given(st.binary(max_size=40))
def test_any_bytes_are_an_atr_or_not(data: bytes) -> None:
    SHIPPED.find(data.hex())
    with suppress(ValueError):
        assert len(historical_bytes(data)) <= 15


@given(st.binary(max_size=15), st.lists(st.binary(min_size=3, max_size=3), max_size=3))
def test_interface_bytes_are_stepped_over(history: bytes, groups: list[bytes]) -> None:
    """ISO 7816-3 section 8.2: each group has TA, TB, TC here, and TD where one more follows."""
    atr = bytes([0x3B, (0x70 | 0x80 * bool(groups[1:]) if groups else 0) | len(history)])
    for i, group in enumerate(groups):
        more = i + 1 < len(groups)
        atr += group + (bytes([0xF1 if i + 2 < len(groups) else 0x71]) if more else b"")
    assert historical_bytes(atr + history + b"\xaa") == history


# ---------------------------------------------------------------------------- the shipped table
def shipped_atrs() -> list[str]:
    return list(SHIPPED.rows[0].atr)


@pytest.mark.parametrize("atr", shipped_atrs())
def test_every_shipped_atr(atr: str) -> None:
    data = bytes.fromhex(atr)
    check = 0
    for byte in data[1:]:
        check ^= byte
    assert check == 0, "TCK (ISO 7816-3 section 8.2.5)"
    assert historical_bytes(data)
    for spelling in (atr, atr.swapcase()):
        found = SHIPPED.find(spelling)
        assert found is not None
        assert found.name == "AKİS"


@pytest.mark.parametrize(
    ("atr", "known"),
    [
        ("3B9F978131FE45806755454B41451999318073B3A18000", True),
        ("3B9F978131FE4580655443FFFFFF31C073F62180810000", True),
        ("3B8F8001806755454B4145FFFF318073B3A180", True),
        ("3B9F978131FE4580655443FFFFFF31C073F62180820000", False),
        ("3B9F978131FE4580655443FFFFFF31C073F621818105D3", False),
        ("3BF51800028100014D7945494400", False),
        ("3B7F96000080318065B0850300EF120FFE829000", False),
    ],
)
def test_cards_that_are_not_listed(atr: str, known: bool) -> None:
    assert (SHIPPED.find(atr) is not None) is known


def test_the_shipped_row() -> None:
    (akis,) = SHIPPED.rows
    assert len(akis.atr) == len(set(akis.atr)) == 34
    assert akis.libraries["linux"][0] == "libakisp11.so"
    assert akis.libraries["windows"][0] == "akisp11.dll"
    assert not akis.reveals_tries
    assert not akis.reveals_puk_tries
    assert akis.unblock_methods == (UnblockMethod.SO_PIN,)


# ---------------------------------------------------------------------------- searching
def put(root: Path, path: str, data: bytes = b"x") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def linux(root: Path | None) -> SearchPlace:
    return SearchPlace("linux", {}, "x86_64-linux-gnu", root)


def windows(root: Path, environ: dict[str, str] | None = None) -> SearchPlace:
    return SearchPlace("windows", WINDOWS if environ is None else environ, "", root)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], []),
        (["usr/lib/libother.so"], []),
        (["usr/lib/libakisp11.so"], ["usr/lib/libakisp11.so"]),
        (["opt/akis/libakisp11.so"], ["opt/akis/libakisp11.so"]),
        (
            [
                "opt/akis/lib/libakisp11.so",
                "usr/local/lib/libakisp11.so",
                "usr/lib64/libakisp11.so",
            ],
            [
                "usr/lib64/libakisp11.so",
                "usr/local/lib/libakisp11.so",
                "opt/akis/lib/libakisp11.so",
            ],
        ),
        (
            ["usr/lib/x86_64-linux-gnu/libtckkp11.so", "opt/akis/libakisp11.so"],
            ["opt/akis/libakisp11.so", "usr/lib/x86_64-linux-gnu/libtckkp11.so"],
        ),
        (["usr/lib/aarch64-linux-gnu/libakisp11.so"], []),
        (["usr/lib/i386-linux-gnu/libakisp11.so"], ["usr/lib/i386-linux-gnu/libakisp11.so"]),
    ],
)
def test_search_on_linux(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    for file in files:
        put(tmp_path, file)
    found = find_libraries(SHIPPED.rows[0], linux(tmp_path))
    assert [str(f.relative_to(tmp_path)) for f in found] == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["Windows/System32/akisp11.dll"], ["Windows/System32/akisp11.dll"]),
        (
            ["Windows/SysWOW64/akisp11.dll", "Windows/System32/akisp11.dll"],
            ["Windows/System32/akisp11.dll", "Windows/SysWOW64/akisp11.dll"],
        ),
        (
            ["Program Files (x86)/AKIS/akisp11.dll", "Program Files/AKIS/bin/akisp11.dll"],
            ["Program Files/AKIS/bin/akisp11.dll", "Program Files (x86)/AKIS/akisp11.dll"],
        ),
    ],
)
def test_search_on_windows(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    for file in files:
        put(tmp_path, file)
    found = find_libraries(SHIPPED.rows[0], windows(tmp_path))
    assert [f.relative_to(tmp_path).as_posix() for f in found] == expected


@pytest.mark.parametrize(
    "environ", [{}, {"SystemRoot": ""}, {"SystemRoot": "."}, {"SystemRoot": r"\Windows"}]
)
def test_a_variable_may_lead_nowhere(tmp_path: Path, environ: dict[str, str]) -> None:
    put(tmp_path, "Windows/System32/akisp11.dll")
    put(tmp_path, "System32/akisp11.dll")
    assert find_libraries(SHIPPED.rows[0], windows(tmp_path, environ)) == ()


def test_links(tmp_path: Path) -> None:
    """One file counts once, under the first name; a link that leads nowhere does not count."""
    put(tmp_path, "usr/local/lib/libakisp11.so.2")
    tmp_path.joinpath("usr/lib").mkdir()
    tmp_path.joinpath("lib").symlink_to("usr/lib")
    tmp_path.joinpath("usr/lib/libakisp11.so").symlink_to("../local/lib/libakisp11.so.2")
    tmp_path.joinpath("usr/local/lib/libakisp11.so").symlink_to("libakisp11.so.2")
    tmp_path.joinpath("usr/lib/libtckkp11.so").symlink_to("gone.so")
    found = find_libraries(SHIPPED.rows[0], linux(tmp_path))
    assert found == (tmp_path / "usr/lib/libakisp11.so",)


def test_here() -> None:
    place = SearchPlace.here()
    assert place.root is None
    assert place.path("/usr/lib" if place.system == "linux" else r"C:\x") is not None


def test_on_the_real_root_paths_stay_as_they_are() -> None:
    assert linux(None).path("/usr/lib/{triplet}") == Path("/usr/lib/x86_64-linux-gnu")
    assert linux(None).path("usr/lib") is None


def test_absolute_library(tmp_path: Path) -> None:
    put(tmp_path, "opt/x/x.so")
    row = CardType("X", atr=("3B00",), libraries={"linux": ("/opt/x/x.so", "/opt/x/y.so")})
    assert find_libraries(row, linux(tmp_path)) == (tmp_path / "opt/x/x.so",)


@pytest.mark.parametrize(
    ("files", "status", "libraries"),
    [
        ({}, DriverStatus.MISSING, []),
        ({"usr/lib": NATIVE}, DriverStatus.OK, ["usr/lib"]),
        ({"usr/lib": NATIVE, "opt/akis": NATIVE}, DriverStatus.OK, ["usr/lib", "opt/akis"]),
        ({"usr/lib": elf(32, 3), "opt/akis": NATIVE}, DriverStatus.OK, ["opt/akis"]),
        ({"usr/lib": b"text", "opt/akis": NATIVE}, DriverStatus.OK, ["opt/akis"]),
        ({"usr/lib": elf(32, 3)}, DriverStatus.WRONG_ARCHITECTURE, ["usr/lib"]),
        ({"usr/lib": pe()}, DriverStatus.NOT_LOADABLE, ["usr/lib"]),
        ({"usr/lib": b"", "opt/akis": elf(32, 3)}, DriverStatus.NOT_LOADABLE, ["usr/lib"]),
    ],
)
def test_find_driver(
    tmp_path: Path, files: dict[str, bytes], status: DriverStatus, libraries: list[str]
) -> None:
    for folder, data in files.items():
        put(tmp_path, folder + "/libakisp11.so", data)
    found = find_driver(SHIPPED, AKIS_ATR, linux(tmp_path))
    assert found.card_type is SHIPPED.rows[0]
    assert found.status is status
    assert [str(p.parent.relative_to(tmp_path)) for p in found.libraries] == libraries


def test_a_foreign_card_needs_no_library(tmp_path: Path) -> None:
    found = find_driver(SHIPPED, "3B00", linux(tmp_path))
    assert (found.card_type, found.status, found.libraries) == (None, DriverStatus.FOREIGN_CARD, ())


# ---------------------------------------------------------------------------- the user's own file
def user_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my-cards.toml"
    path.write_text(text, encoding="utf-8")
    return path


ROW = """
[[card_type]]
name = "Kartım"
atr = ["3B02.4X4"]
libraries.linux = ["libkart.so"]
"""
WITHOUT_PUK = """
unblock_methods = ["challenge-response", "so-pin"]
[card_type.challenge_response]
application = "A0000000635015"
admin_key = 0x81
pin = 1
"""


def test_own_rows_come_first(tmp_path: Path) -> None:
    text = f"""
[directories]
linux = ["/opt/first"]
{ROW}
directories.linux = ["/opt/last"]
reveals_tries = true
reveals_puk_tries = true
{WITHOUT_PUK}
pin_length = 8

[[card_type]]
name = "Benim AKİS"
atr = ["{AKIS_ATR}"]
libraries.windows = ['C:\\kart\\x.dll', "y.dll"]
"""
    types = load_card_types(user_file(tmp_path, text))
    mine = types.find("3b021494")
    assert mine is not None
    assert mine.name == "Kartım"
    assert mine.directories["linux"][0] == "/opt/first"
    assert mine.directories["linux"][-1] == "/opt/last"
    assert "/usr/lib" in mine.directories["linux"]
    assert mine.reveals_tries
    assert mine.reveals_puk_tries
    assert mine.unblock_methods == (UnblockMethod.CHALLENGE_RESPONSE, UnblockMethod.SO_PIN)
    assert mine.challenge_response == AdminKeyPlace(
        bytes.fromhex("A0000000635015"), admin_key=0x81, pin=1, pin_length=8, pin_padding=0xFF
    )
    other = types.find(AKIS_ATR)
    assert other is not None
    assert other.name == "Benim AKİS"
    assert not other.reveals_tries
    assert other.unblock_methods == (UnblockMethod.SO_PIN,)
    rest = types.find("3BBA11008131FE4D55454B41452056312E30AE")
    assert rest is not None
    assert rest.name == "AKİS"
    assert "/opt/first" not in types.rows[-1].directories["linux"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "card_type = []"])
def test_a_file_without_rows_adds_nothing(tmp_path: Path, text: str) -> None:
    assert load_card_types(user_file(tmp_path, text)).rows == SHIPPED.rows


@pytest.mark.parametrize(
    ("text", "line", "detail"),
    [
        ("x = ?", 1, None),
        ("\n\n[[card_type]\n", 3, None),
        ("a = 1\na = 2\n", 2, None),
        ("colour = 1", None, "file: unknown key colour"),
        ("card_type = 3", None, "card_type: not a list of tables"),
        ("card_type = [3]", None, "card_type[0]: not a table"),
        ("directories = 3", None, "directories: not a table"),
        ("[directories]\nmacos = []", None, "directories: unknown key macos"),
        ("[directories]\nlinux = '/x'", None, "directories.linux: not a list of texts"),
        ("[directories]\nlinux = [3]", None, "directories.linux: not a list of texts"),
        (ROW + "colour = 3", None, "card_type[0]: unknown key colour"),
        (ROW + ROW + "name = 3\n", 11, None),
        ("x =", None, None),
        (ROW.replace('"Kartım"', "3"), None, "card_type[0].name: not a text"),
        (ROW.replace('"Kartım"', '""'), None, "card_type[0].name: not a text"),
        (ROW.replace("3B02", "3G02"), None, "card_type[0].atr: not hex: 3G02.4X4"),
        (ROW.replace("3B02", "3B0"), None, "card_type[0].atr: not hex: 3B0.4X4"),
        (ROW.replace("3B02", "3B" * 33), None, "card_type[0].atr: not hex: " + "3B" * 33 + ".4X4"),
        (ROW.replace("atr = ", "#"), None, "card_type[0]: neither atr nor historical_bytes"),
        (ROW.replace("libraries", "#"), None, "card_type[0].libraries: missing"),
        (
            ROW.replace("libkart.so", "x/libkart.so"),
            None,
            "card_type[0].libraries.linux: neither a name nor absolute: x/libkart.so",
        ),
        (
            ROW.replace("libkart.so", ".."),
            None,
            "card_type[0].libraries.linux: neither a name nor absolute: ..",
        ),
        (ROW + "reveals_tries = 1", None, "card_type[0].reveals_tries: not true or false"),
        (ROW + 'unblock_methods = ["puk"]', None, "card_type[0].unblock_methods: unknown: puk"),
        (ROW + "unblock_methods = 3", None, "card_type[0].unblock_methods: not a list of texts"),
        *(
            (ROW + text, None, f"card_type[0].challenge_response{detail}")
            for text, detail in (
                (
                    WITHOUT_PUK.partition("[")[0] + '["challenge-response"]',
                    ": belongs to the method challenge-response",
                ),
                (
                    WITHOUT_PUK.replace('"challenge-response", ', ""),
                    ": belongs to the method challenge-response",
                ),
                ("challenge_response = 3", ": not a table"),
                (WITHOUT_PUK + "colour = 3", ": unknown key colour"),
                (WITHOUT_PUK.replace("A000", "A00"), ".application: not hex"),
                (WITHOUT_PUK.replace("0x81", "256"), ".admin_key: not a number from 0 to 255"),
                (WITHOUT_PUK.replace("pin = 1", ""), ".pin: not a number from 0 to 255"),
                (WITHOUT_PUK + "pin_length = true", ".pin_length: not a number from 0 to 255"),
            )
        ),
    ],
)
def test_wrong_files(tmp_path: Path, text: str, line: int | None, detail: str | None) -> None:
    """Where `detail` is None, it is tomllib's own."""
    path = user_file(tmp_path, text)
    with pytest.raises(FailedError) as caught:
        load_card_types(path)
    failure = caught.value.failure
    assert failure.code is FailureCode.SETTINGS_INVALID
    assert failure.param("path") == str(path)
    assert failure.param("line") == line
    assert failure.param("detail")
    assert detail in (None, failure.param("detail"))


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"\xff\xfe", "UnicodeDecodeError"),
        (b"x = " + b"[" * 5000, None),
        (b"x = " + b"9" * 5000, None),
    ],
)
def test_unreadable_files(tmp_path: Path, data: bytes, detail: str | None) -> None:
    path = tmp_path / "my-cards.toml"
    path.write_bytes(data)
    with pytest.raises(FailedError) as caught:
        load_card_types(path)
    assert caught.value.failure.code is FailureCode.SETTINGS_INVALID
    assert detail in (None, caught.value.failure.param("detail"))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FailedError) as caught:
        load_card_types(tmp_path / "nothing.toml")
    assert caught.value.failure.param("detail") == "FileNotFoundError"


_TOML = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text("3BX./", max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([*CardType.__dataclass_fields__, "card_type", "linux", "windows", "x"]),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
)


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {as_toml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


@given(
    _TOML, st.lists(st.dictionaries(st.sampled_from(list(CardType.__dataclass_fields__)), _TOML))
)
def test_any_toml_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, first: object, rows: list[object]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(f"card_type = {as_toml(rows)}\n", encoding="utf-8")
    for text in (path.read_text(encoding="utf-8"), f"directories = {as_toml(first)}\n"):
        path.write_text(text, encoding="utf-8")
        with suppress(FailedError):
            assert isinstance(load_card_types(path), CardTypes)
