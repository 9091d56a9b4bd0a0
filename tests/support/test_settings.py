"""Which setting wins, what is refused, and what an administrator has locked."""

from pathlib import Path

import pytest

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.support.settings import (
    DEFAULT_PORTAL,
    EffectiveSettings,
    Origin,
    Setting,
    load_settings,
)

PORTAL_ENV, MODULE_ENV = "KAMUSM_ESIGN_PORTAL", "KAMUSM_ESIGN_MODULE"


class World:
    """Files, variables and arguments of one start of the program."""

    def __init__(self, folder: Path) -> None:
        self.user = folder / "settings.toml"
        self.policy = folder / "policy.toml"
        self.environ: dict[str, str] = {}

    def load(
        self, arguments: dict[str, str | None] | None = None, *, must_exist: bool = False
    ) -> EffectiveSettings:
        return load_settings(
            user_file=self.user,
            policy_file=self.policy,
            must_exist=must_exist,
            arguments=arguments,
            environ=self.environ,
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_nothing_is_set(world: World) -> None:
    assert world.load() == EffectiveSettings(
        portal=Setting(DEFAULT_PORTAL, Origin.DEFAULT),
        language=Setting("tr", Origin.DEFAULT),
        module=Setting(None, Origin.DEFAULT),
        card_types=Setting(None, Origin.DEFAULT),
        time_stamp_url=Setting(None, Origin.DEFAULT),
        time_stamp_user=Setting(None, Origin.DEFAULT),
        time_stamp_method=Setting(None, Origin.DEFAULT),
    )


def test_each_source_beats_the_weaker_ones(world: World) -> None:
    world.user.write_text('portal = "https://file"')
    assert world.load().portal == Setting("https://file", Origin.FILE)
    world.environ[PORTAL_ENV] = "https://environment"
    assert world.load().portal == Setting("https://environment", Origin.ENVIRONMENT)
    chosen = world.load({"portal": "https://argument"}).portal
    assert chosen == Setting("https://argument", Origin.ARGUMENT)


def test_all_keys_of_a_file(world: World) -> None:
    world.user.write_text(
        'portal = "https://p"\nlanguage = "en"\nmodule = "/lib/x.so"\ncard_types = "/t.toml"\n'
    )
    found = world.load()
    values = [found.portal, found.language, found.module, found.card_types]
    assert [s.value for s in values] == ["https://p", "en", "/lib/x.so", "/t.toml"]
    assert {s.origin for s in values} == {Origin.FILE}


@pytest.mark.parametrize(
    "content",
    [
        '[time_stamp]\nurl = "http://zd"\nuser = "1234"\nmethod = "identity"\n',
        'time_stamp = {url = "http://zd", user = "1234", method = "identity"}',
        'time_stamp.url = "http://zd"\ntime_stamp.user = "1234"\ntime_stamp.method = "identity"',
    ],
)
def test_a_table_of_a_file(world: World, content: str) -> None:
    world.user.write_text(content)
    found = world.load()
    values = [found.time_stamp_url, found.time_stamp_user, found.time_stamp_method]
    assert [s.value for s in values] == ["http://zd", "1234", "identity"]


def test_empty_means_not_given(world: World) -> None:
    world.environ = {PORTAL_ENV: "", MODULE_ENV: ""}
    assert world.load({"portal": None, "module": ""}).portal.origin is Origin.DEFAULT


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"# nothing\r\n"])
def test_files_as_editors_write_them(world: World, content: bytes) -> None:
    world.user.write_bytes(content + b'language = "en"\r\n')
    assert world.load().language == Setting("en", Origin.FILE)


@pytest.mark.parametrize(
    ("content", "line", "detail"),
    [
        ('langauge = "tr"', 1, "langauge: unknown key"),
        ('# x\n\nlanguage = "tr"\ncolour = 1', 4, "colour: unknown key"),
        ('language = "tr"\n[colours]\na = 1', 2, "colours: unknown key"),
        ("language = 1", 1, "language: not a text"),
        ("\nlanguage = true", 2, "language: not a text"),
        ('portal = ["https://a"]', 1, "portal: not a text"),
        ('[portal]\nurl = "x"', 1, "portal: not a text"),
        ('portal.url = "x"', 1, "portal: not a text"),
        ('portal = ""', 1, "portal: empty or not printable"),
        ('portal = "https://a\\nb"', 1, "portal: empty or not printable"),
        ('language = "de"', 1, "language: neither tr nor en"),
        ('\n\nmodule = "akisp11.so"', 3, "module: not an absolute path"),
        ('card_types = "../types.toml"', 1, "card_types: not an absolute path"),
        ('language = "tr"\nlanguage = "en"', 2, "not TOML"),
        ("language = tr", 1, "not TOML"),
        ('[time_stamp]\nmethod = "header"', 2, "time_stamp.method: neither basic nor identity"),
        ("[time_stamp]\nuser = 1234", 2, "time_stamp.user: not a text"),
        ('\ntime_stamp.url = ""', 2, "time_stamp.url: empty or not printable"),
        ('[time_stamp]\npassword = "x"', 2, "time_stamp.password: unknown key"),
        ('time_stamp_url = "http://zd"', 1, "time_stamp_url: unknown key"),
        ('time_stamp = "http://zd"', 1, "time_stamp: unknown key"),
        ("language =", 1, "not TOML"),
        ("# a\n# b\nportal", 3, "not TOML"),
        ('\nportal = "https://a', 2, "not TOML"),
    ],
)
def test_what_is_wrong_with_a_file(world: World, content: str, line: int, detail: str) -> None:
    for path in (world.user, world.policy):
        path.write_text(content)
        with pytest.raises(FailedError) as caught:
            world.load()
        failure = caught.value.failure
        assert failure.code is FailureCode.SETTINGS_INVALID
        assert failure.param("path") == str(path)
        assert str(failure.param("detail")).partition(": ")[0] == detail.partition(": ")[0]
        assert detail in str(failure.param("detail"))
        assert failure.param("line") == line
        path.unlink()


def test_files_that_are_none(world: World) -> None:
    world.user.write_bytes(b'portal = "\xff"')
    assert detail_of(world) == "not UTF-8"
    world.user.unlink()
    world.user.mkdir()
    assert detail_of(world) == "IsADirectoryError"


def test_a_named_file_has_to_be_there(world: World) -> None:
    with pytest.raises(FailedError) as caught:
        world.load(must_exist=True)
    assert caught.value.failure.code is FailureCode.SETTINGS_INVALID
    assert caught.value.failure.param("detail") == "no such file"
    world.user.write_text("")
    assert world.load(must_exist=True).portal.origin is Origin.DEFAULT


def detail_of(world: World) -> object:
    with pytest.raises(FailedError) as caught:
        world.load()
    return caught.value.failure.param("detail")


@pytest.mark.parametrize(
    ("environ", "arguments", "detail"),
    [
        ({MODULE_ENV: "x.so"}, {}, "KAMUSM_ESIGN_MODULE: not an absolute path"),
        ({}, {"module": "x.so"}, "--module: not an absolute path"),
        ({}, {"language": "de"}, "--language: neither tr nor en"),
        ({PORTAL_ENV: "https://a\x1b"}, {}, "KAMUSM_ESIGN_PORTAL: empty or not printable"),
    ],
)
def test_what_is_wrong_with_an_argument(
    world: World, environ: dict[str, str], arguments: dict[str, str | None], detail: str
) -> None:
    world.environ = environ
    with pytest.raises(FailedError) as caught:
        world.load(arguments)
    assert caught.value.failure.code is FailureCode.USAGE
    assert caught.value.failure.param("detail") == detail


def test_the_policy_locks(world: World) -> None:
    world.policy.write_text('portal = "https://policy"')
    world.user.write_text('portal = "https://file"\nlanguage = "en"')
    found = world.load()
    assert found.portal == Setting("https://policy", Origin.POLICY)
    assert found.portal.locked
    assert found.language == Setting("en", Origin.FILE)
    assert not found.language.locked


def refusal(
    world: World, arguments: dict[str, str | None] | None = None
) -> tuple[FailureCode, object]:
    with pytest.raises(FailedError) as caught:
        world.load(arguments)
    return caught.value.failure.code, caught.value.failure.param("key")


def test_nothing_overrides_the_policy(world: World) -> None:
    world.policy.write_text('portal = "https://policy"\nmodule = "/lib/a.so"')
    locked = FailureCode.LOCKED_BY_POLICY
    assert refusal(world, {"portal": "https://argument"}) == (locked, "portal")
    assert refusal(world, {"module": "/lib/b.so"}) == (locked, "module")
    world.environ = {MODULE_ENV: "/lib/b.so"}
    assert refusal(world) == (locked, "module")
    # Also where a stronger argument says what the policy says.
    assert refusal(world, {"module": "/lib/a.so"}) == (locked, "module")


def test_saying_what_the_policy_says_is_no_override(world: World) -> None:
    world.policy.write_text('portal = "https://policy"')
    world.environ = {PORTAL_ENV: "https://policy"}
    assert world.load({"portal": "https://policy"}).portal.origin is Origin.POLICY


def test_a_policy_without_a_key_locks_nothing(world: World) -> None:
    world.policy.write_text('language = "en"')
    assert world.load({"portal": "https://argument"}).portal.origin is Origin.ARGUMENT
