"""`kamusm-esign settings`: every key with its origin, problems told, nothing private shown."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kamusm_esign.cli.main import main
from kamusm_esign.support.settings_keys import KEYS, written_key


def write(text: str) -> Path:
    file = Path(os.environ["XDG_CONFIG_HOME"], "kamusm-esign", "settings.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def answer(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any], str]:
    status = main([*words, "settings", "--json"])
    out, err = capfd.readouterr()
    return status, json.loads(out), err


def test_every_setting_with_its_origin(capfd: pytest.CaptureFixture[str]) -> None:
    file = write('language = "en"\nscale = 150\n[keypad]\nshuffle = true\n')
    status, said, err = answer(capfd, "--portal", "https://p.example")
    assert (status, err) == (0, "")
    assert (said["command"], said["problems"]) == ("settings", [])
    rows = {row["key"]: row for row in said["settings"]}
    assert list(rows) == [written_key(name) for name in KEYS]
    assert rows["portal"] == {
        "key": "portal",
        "value": "https://p.example",
        "origin": "argument",
        "where": "--portal",
        "locked": False,
    }
    assert (rows["scale"]["value"], rows["scale"]["where"]) == (150, f"{file}:2")
    assert (rows["keypad.shuffle"]["value"], rows["keypad.shuffle"]["where"]) == (True, f"{file}:4")
    assert (rows["module"]["value"], rows["module"]["origin"]) == (None, "default")


def test_what_does_not_count_is_told_and_the_command_goes_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    file = write('langauge = "en"\nscale = 125\n')
    status, said, err = answer(capfd)
    assert status == 2
    (problem,) = said["problems"]
    assert problem["code"] == "SYS-961"
    assert problem["params"]["line"] == 1
    assert str(file) in err
    assert "langauge" in err
    assert main(["pending", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["command"] == "pending"
    assert "langauge" in err


def test_accounts_are_masked(capfd: pytest.CaptureFixture[str]) -> None:
    write('[time_stamp]\nuser = "1234567"\n[proxy]\nuser = "ayse.yilmaz"\n')
    assert "1234567" not in str(answer(capfd))
    shown = str(answer(capfd, "--show-personal-data"))
    assert "1234567" in shown
    assert "ayse.yilmaz" in shown


def test_as_text(capfd: pytest.CaptureFixture[str]) -> None:
    write('theme = "dark"')
    assert main(["--language", "en", "settings"]) == 0
    out = capfd.readouterr().out
    assert "theme = dark (your settings file: " in out
    assert "portal = https://" in out
    assert "module = – (the application's own)" in out
