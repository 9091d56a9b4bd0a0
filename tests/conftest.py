"""What holds for every test: no surprises in the log, nobody's home folder, no endless waiting."""

import logging
import os
import re
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("dev", max_examples=30, deadline=None, database=None)
# 400 runs of 50 steps: a state machine takes 20,000 steps.
settings.register_profile(
    "ci",
    max_examples=400,
    stateful_step_count=50,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=True,
)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")

FOREIGN_VARIABLES = re.compile(
    r"(KAMUSM|SOFTHSM|OPENSC|P11|PCSCLITE|XDG|DBUS|LC)_.*"
    r"|(https?|all|no)_proxy|(REQUESTS_CA|CURL_CA)_BUNDLE|SSL_CERT_(FILE|DIR)|LANG(UAGE)?|TZ",
    re.IGNORECASE,
)
"""Variables of whoever runs the tests that would change what is tested."""

_homes = count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of what is built stay on one worker: they share the build, which takes minutes.

    Not by `xdist_group`: pytest 9.2 does not let xdist write the group into a test's name.
    """
    from xdist.scheduler import LoadScopeScheduling

    class BuiltOnce(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "release" if nodeid.startswith("tests/release/") else nodeid

    return BuiltOnce(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the one PC/SC service of the machine run one after the other."""
    for item in items:
        if item.get_closest_marker("pcsc"):
            item.add_marker(pytest.mark.xdist_group("pcsc"))


@pytest.fixture(autouse=True)
def isolated_environment(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A home folder of the test's own, and nothing else from outside; gives the folder."""
    for name in [n for n in os.environ if FOREIGN_VARIABLES.fullmatch(n)]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_homes))
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
        monkeypatch.setenv(f"XDG_{name}", str(home / f".{name}"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name} {record.levelname} {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail on a record of WARNING or above, unless `@pytest.mark.expects_log(regex, …)` names it.

    Each regex has to be found in `logger LEVEL message` of at least one record.
    """
    recorder = _Recorder()
    root = logging.getLogger()
    root.addHandler(recorder)
    yield
    root.removeHandler(recorder)
    patterns = [p for m in request.node.iter_markers("expects_log") for p in m.args]
    unexpected = [m for m in recorder.messages if not any(re.search(p, m) for p in patterns)]
    missing = [p for p in patterns if not any(re.search(p, m) for m in recorder.messages)]
    if unexpected or missing:
        pytest.fail(f"unexpected in the log: {unexpected}; missing: {missing}", pytrace=False)
