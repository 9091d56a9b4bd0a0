"""Which setting wins, what is refused, and what an administrator has locked."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.support.policy import HIVES, KEY, PolicyValue, RegistryPolicies
from kamusm_esign.support.settings import (
    DEFAULT_PORTAL,
    EffectiveSettings,
    Origin,
    Setting,
    load_settings,
)
from kamusm_esign.support.settings_keys import KEYS

PORTAL_ENV, MODULE_ENV = "KAMUSM_ESIGN_PORTAL", "KAMUSM_ESIGN_MODULE"


class World:
    """Files, variables and arguments of one start of the program."""

    def __init__(self, folder: Path) -> None:
        self.user = folder / "settings.toml"
        self.policy = folder / "policy.toml"
        self.machine = folder / "machine.toml"
        self.registry: Sequence[PolicyValue] = ()
        self.environ: dict[str, str] = {}

    def load(
        self, arguments: dict[str, str | None] | None = None, *, must_exist: bool = False
    ) -> EffectiveSettings:
        return load_settings(
            user_file=self.user,
            policy_file=self.policy,
            machine_file=self.machine,
            policies=self,
            must_exist=must_exist,
            arguments=arguments,
            environ=self.environ,
        )

    def values(self) -> Sequence[PolicyValue]:
        """What the registry holds."""
        return self.registry


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_nothing_is_set(world: World) -> None:
    found = world.load()
    values = {name: found.setting(name) for name in KEYS}
    assert {setting.origin for setting in values.values()} == {Origin.DEFAULT}
    assert {name: s.value for name, s in values.items() if s.value is not None} == {
        "portal": DEFAULT_PORTAL,
        "language": "tr",
        "theme": "system",
        "scale": "100",
        "keypad_shuffle": "false",
        "updates": "true",
        "proxy_mode": "system",
    }
    assert found.problems == ()


def test_each_source_beats_the_weaker_ones(world: World) -> None:
    world.machine.write_text('portal = "https://machine"')
    assert world.load().portal == Setting("https://machine", Origin.MACHINE)
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


BAD = [
    ('langauge = "tr"', 1, "langauge", "unknown"),
    ('# x\n\nlanguage = "tr"\ncolour = 1', 4, "colour", "unknown"),
    ('language = "tr"\n[colours]\na = 1', 2, "colours", "unknown"),
    ("language = 1", 1, "language", "not-text"),
    ("\nlanguage = true", 2, "language", "not-text"),
    ('portal = ["https://a"]', 1, "portal", "not-text"),
    ('[portal]\nurl = "x"', 1, "portal", "not-text"),
    ('portal.url = "x"', 1, "portal", "not-text"),
    ('portal = ""', 1, "portal", "empty"),
    ('portal = "https://a\\nb"', 1, "portal", "empty"),
    ('language = "de"', 1, "language", "choice"),
    ('\n\nmodule = "akisp11.so"', 3, "module", "path"),
    ('card_types = "../types.toml"', 1, "card_types", "path"),
    ('[time_stamp]\nmethod = "header"', 2, "time_stamp.method", "choice"),
    ("[time_stamp]\nuser = 1234", 2, "time_stamp.user", "not-text"),
    ('\ntime_stamp.url = ""', 2, "time_stamp.url", "empty"),
    ('[time_stamp]\npassword = "x"', 2, "time_stamp.password", "unknown"),
    ('time_stamp_url = "http://zd"', 1, "time_stamp_url", "unknown"),
    ('time_stamp = "http://zd"', 1, "time_stamp", "unknown"),
    ("scale = 90", 1, "scale", "not-number"),
    ("scale = 201", 1, "scale", "not-number"),
    ('scale = "150"', 1, "scale", "not-number"),
    ("scale = true", 1, "scale", "not-number"),
    ("keypad.shuffle = 1", 1, "keypad.shuffle", "not-switch"),
    ('[keypad]\nshuffle = "true"', 2, "keypad.shuffle", "not-switch"),
    ('[proxy]\nmode = "auto"', 2, "proxy.mode", "choice"),
    ('[proxy]\naddress = "proxy:3128"', 2, "proxy.address", "address"),
    ('[proxy]\naddress = "socks5://p:1"', 2, "proxy.address", "address"),
    ('[proxy]\naddress = "http://p:99999"', 2, "proxy.address", "address"),
    ('[proxy]\naddress = "http://p:3128/x"', 2, "proxy.address", "address"),
    ('[proxy]\naddress = "http://u:secret@p:3128"', 2, "proxy.address", "password"),
    ('[proxy]\npac = "proxy.pac"', 2, "proxy.pac", "address"),
    ("[keypad]\nshuffle = true\n[proxy]\nuser = 7", 4, "proxy.user", "not-text"),
    ('[proxy]\nuser = "a"\n[time_stamp]\nuser = 7', 4, "time_stamp.user", "not-text"),
]


@pytest.mark.parametrize(("content", "line", "key", "reason"), BAD)
def test_a_line_that_cannot_be_used_is_told_and_the_rest_counts(
    world: World, content: str, line: int, key: str, reason: str
) -> None:
    for path, origin in ((world.user, Origin.FILE), (world.machine, Origin.MACHINE)):
        path.write_text(f'card_types = "/t.toml" # the rest\n{content}')
        if key == "card_types":
            path.write_text(f"\n{content}")
        found = world.load()
        (problem,) = found.problems
        assert problem.code is FailureCode.SETTING_IGNORED
        params = {name: problem.param(name) for name in ("path", "line", "key", "setting_problem")}
        assert params == {
            "path": str(path),
            "line": line + 1,
            "key": key,
            "setting_problem": reason,
        }
        if key != "card_types":
            assert found.card_types == Setting("/t.toml", origin)
        assert "secret" not in str(problem)
        path.unlink()


@pytest.mark.parametrize(("content", "line", "key", "reason"), BAD)
def test_what_an_administrator_could_not_order_stays_locked(
    world: World, content: str, line: int, key: str, reason: str
) -> None:
    world.policy.write_text(content)
    world.user.write_text('portal = "https://user"\nmodule = "/own.so"\nscale = 150')
    found = world.load()
    assert [p.param("key") for p in found.problems] == [key]
    name = key.replace(".", "_")
    if reason != "unknown" and name in KEYS:
        assert found.setting(name) == Setting(KEYS[name].default, Origin.POLICY)


NOT_TOML = [
    ('language = "tr"\nlanguage = "en"', 2),
    ("language = tr", 1),
    ("language =", 1),
    ("# a\n# b\nportal", 3),
    ('\nportal = "https://a', 2),
]


@pytest.mark.parametrize(("content", "line"), NOT_TOML)
def test_a_file_that_is_no_toml(world: World, content: str, line: int) -> None:
    world.user.write_text(content)
    (problem,) = world.load().problems
    assert problem.code is FailureCode.SETTINGS_INVALID
    assert (problem.param("path"), problem.param("line")) == (str(world.user), line)
    with pytest.raises(FailedError):
        world.load(must_exist=True)
    # What cannot be read may be an order: nothing goes on without it.
    world.user.rename(world.policy)
    with pytest.raises(FailedError) as caught:
        world.load()
    assert caught.value.failure.param("line") == line


def test_files_that_are_none(world: World) -> None:
    world.user.write_bytes(b'portal = "\xff"')
    assert world.load().problems[0].param("detail") == "not UTF-8"
    world.user.unlink()
    world.user.mkdir()
    assert world.load().problems[0].param("detail") == "IsADirectoryError"


def test_a_named_file_has_to_be_there(world: World) -> None:
    with pytest.raises(FailedError) as caught:
        world.load(must_exist=True)
    assert caught.value.failure.code is FailureCode.SETTINGS_INVALID
    assert caught.value.failure.param("detail") == "no such file"
    world.user.write_text("")
    assert world.load(must_exist=True).portal.origin is Origin.DEFAULT


@pytest.mark.parametrize(
    ("environ", "arguments", "detail"),
    [
        ({MODULE_ENV: "x.so"}, {}, "KAMUSM_ESIGN_MODULE: not an absolute path"),
        ({}, {"module": "x.so"}, "--module: not an absolute path"),
        ({}, {"language": "de"}, "--language: none of tr, en"),
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


# ---------------------------------------------------------------------------- the registry
def order(name: str, value: str | int, hive: str = HIVES[0]) -> PolicyValue:
    return PolicyValue(name, value, f"{hive}\\{KEY}")


def test_orders_in_the_registry_lock_and_win_over_the_file(world: World) -> None:
    world.policy.write_text('portal = "https://file"\nlanguage = "en"')
    world.registry = (
        order("portal", "https://computer"),
        order("portal", "https://user", HIVES[1]),
        order("proxy.mode", "manual"),
        order("scale", 150),
        order("keypad.shuffle", 1),
    )
    found = world.load()
    assert found.portal == Setting("https://computer", Origin.POLICY)
    assert found.portal.where == f"HKEY_LOCAL_MACHINE\\{KEY}"
    assert (found.language.value, found.scale.value) == ("en", "150")
    assert found.keypad_shuffle.on
    assert all(found.setting(name).locked for name in ("proxy_mode", "scale", "language"))
    with pytest.raises(FailedError) as caught:
        world.load({"portal": "https://argument"})
    assert caught.value.failure.code is FailureCode.LOCKED_BY_POLICY


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("colour", "red", "unknown"), ("scale", "150", "not-number"), ("language", 1, "not-text")],
)
def test_orders_that_cannot_be_followed_are_told_with_their_key(
    world: World, name: str, value: str | int, reason: str
) -> None:
    world.registry = (order(name, value),)
    (problem,) = world.load().problems
    assert problem.param("path") == f"HKEY_LOCAL_MACHINE\\{KEY}"
    assert (problem.param("key"), problem.param("line")) == (name, None)
    assert problem.param("setting_problem") == reason


def test_where_there_is_no_registry_there_are_no_orders() -> None:
    assert RegistryPolicies().values() == ()


def test_where_a_setting_stands_is_told_with_its_line(world: World) -> None:
    world.user.write_text('# mine\n[proxy]\nmode = "none"\n')
    assert world.load().proxy_mode.where == f"{world.user}:3"
    world.environ = {PORTAL_ENV: "https://e"}
    assert world.load().portal.where == PORTAL_ENV
    assert world.load({"module": "/m.so"}).module.where == "--module"
    assert world.load().theme.where == ""
