"""The effective settings, and where each of them comes from.

A setting comes from, strongest first: the administrator's policy (the registry's, then the policy
file's), an argument, the environment, the user's file, the administrator's file for all users, the
program. What a policy sets is locked: an argument or a variable that says something else is
refused, a line in the user's file has no effect. A line that cannot be used is told and the rest of
its file counts; a policy file that cannot be read at all stops the program.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from kamusm_esign.domain.failures import FailedError, FailureCode
from kamusm_esign.domain.settings import EffectiveSettings as EffectiveSettings
from kamusm_esign.domain.settings import Origin as Origin
from kamusm_esign.domain.settings import Setting as Setting
from kamusm_esign.support.paths import Folders
from kamusm_esign.support.policy import NoPolicies, PolicySource, system_policies
from kamusm_esign.support.settings_file import Found, Layer, read_layer
from kamusm_esign.support.settings_keys import DEFAULT_PORTAL as DEFAULT_PORTAL
from kamusm_esign.support.settings_keys import KEYS

ENVIRONMENT = {"portal": "KAMUSM_ESIGN_PORTAL", "module": "KAMUSM_ESIGN_MODULE"}

_NOWHERE = Path("")


def load_settings(
    *,
    user_file: Path,
    policy_file: Path,
    machine_file: Path = _NOWHERE,
    policies: PolicySource | None = None,
    must_exist: bool = False,
    arguments: Mapping[str, str | None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> EffectiveSettings:
    """Read everything and put it together.

    Args:
        user_file: the user's TOML file; it need not exist unless `must_exist` (`--settings FILE`).
        policy_file: the administrator's orders, TOML; it need not exist.
        machine_file: the administrator's proposals for all users, TOML; it need not exist.
        policies: orders from elsewhere.
        must_exist: whether a missing `user_file` is a failure.
        arguments: values from the command line by key; None means "not given".
        environ: instead of the process's environment.

    Raises:
        FailedError: `SETTINGS_INVALID` (a policy file, or one that must exist), `USAGE` (an
            argument or a variable), `LOCKED_BY_POLICY`.
    """
    policy = _orders(policies or NoPolicies(), policy_file)
    user = read_layer(user_file, must_exist=must_exist)
    machine = Layer() if machine_file == _NOWHERE else read_layer(machine_file)
    environ = os.environ if environ is None else environ
    given = {
        Origin.ARGUMENT: _given(arguments or {}, {key: f"--{key}" for key in KEYS}),
        Origin.ENVIRONMENT: _given(
            {k: environ.get(n) for k, n in ENVIRONMENT.items()}, ENVIRONMENT
        ),
    }
    for values in given.values():
        _judge_given(values, policy)
    sources: dict[Origin, Mapping[str, Found]] = {
        Origin.POLICY: policy.values,
        **given,
        Origin.FILE: user.values,
        Origin.MACHINE: machine.values,
        Origin.DEFAULT: {name: Found(key.default, "") for name, key in KEYS.items()},
    }
    problems = (*policy.problems, *machine.problems, *user.problems)
    return EffectiveSettings(**{key: _first(key, sources) for key in KEYS}, problems=problems)


def settings_of(
    folders: Folders, named: str | None, arguments: Mapping[str, str | None]
) -> EffectiveSettings:
    """The settings of one start of the program.

    Args:
        folders: where the files are.
        named: the file of `--settings` instead of the user's own.
        arguments: as in `load_settings`.

    Raises:
        FailedError: as `load_settings`.
    """
    return load_settings(
        user_file=folders.settings_file if named is None else Path(named),
        policy_file=folders.policy_file,
        machine_file=folders.machine_file,
        policies=system_policies(),
        must_exist=named is not None,
        arguments=arguments,
    )


def _orders(policies: PolicySource, policy_file: Path) -> Layer:
    """The registry's before the file's."""
    layer = Layer()
    for name, value, where in reversed(policies.values()):
        key = KEYS.get(name.replace(".", "_"))
        # The registry has no switches, only numbers.
        switch = key is not None and key.switch and value in (0, 1)
        layer.take(name, bool(value) if switch else value, where, None, lock=True)
    from_file = read_layer(policy_file, lock=True)
    problems = [*layer.problems, *from_file.problems]
    return Layer({**from_file.values, **layer.values}, problems)


def _given(values: Mapping[str, str | None], names: Mapping[str, str]) -> dict[str, Found]:
    return {key: Found(value, names[key]) for key, value in values.items() if value}


def _first(key: str, sources: Mapping[Origin, Mapping[str, Found]]) -> Setting:
    origin = next(origin for origin, values in sources.items() if key in values)
    found = sources[origin][key]
    return Setting(found.value, origin, found.where)


def _judge_given(values: Mapping[str, Found], policy: Layer) -> None:
    for key, found in values.items():
        if key in policy.values and policy.values[key].value != found.value:
            raise FailedError.of(FailureCode.LOCKED_BY_POLICY, key=key)
        problem = KEYS[key].problem(found.value)
        if problem:
            raise FailedError.of(FailureCode.USAGE, detail=f"{found.where}: {problem.detail}")
