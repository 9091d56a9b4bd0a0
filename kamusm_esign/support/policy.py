"""The administrator's orders in the Windows registry, as group policies put them there.

Policies live below `SOFTWARE\\Policies`, where users cannot write: those for the computer in
HKEY_LOCAL_MACHINE, those for a user in HKEY_CURRENT_USER. The computer's win.
"""

import sys
from collections.abc import Sequence
from typing import NamedTuple, Protocol

KEY = r"SOFTWARE\Policies\kamusm-esign"
HIVES = ("HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER")
"""Strongest first."""


class PolicyValue(NamedTuple):
    """One value of a policy."""

    name: str
    """As a settings file has it: `portal`, `proxy.mode`."""
    value: str | int
    where: str
    """The registry key."""


class PolicySource(Protocol):
    """Where orders come from besides the policy file."""

    def values(self) -> Sequence[PolicyValue]:
        """All values, the strongest first.

        Raises:
            OSError: they are there and cannot be read.
        """
        ...


class NoPolicies:
    """`PolicySource` where there is no registry."""

    def values(self) -> Sequence[PolicyValue]:
        """None."""
        return ()


class RegistryPolicies:
    """`PolicySource` over the Windows registry."""

    def values(self) -> Sequence[PolicyValue]:
        """What stands in both keys."""
        if sys.platform != "win32":
            return ()
        return [value for hive in HIVES for value in self._in(hive)]

    if sys.platform == "win32":

        @staticmethod
        def _in(hive: str) -> Sequence[PolicyValue]:
            import winreg

            # The 64-bit view, whichever Python this is: that is where group policies write.
            access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            found = []
            try:
                with winreg.OpenKey(getattr(winreg, hive), KEY, 0, access) as key:
                    for place in range(winreg.QueryInfoKey(key)[1]):
                        name, value, _kind = winreg.EnumValue(key, place)
                        found.append(PolicyValue(name, value, f"{hive}\\{KEY}"))
            except FileNotFoundError:
                return ()
            return found


def system_policies() -> PolicySource:
    """The policies of this system."""
    return RegistryPolicies() if sys.platform == "win32" else NoPolicies()
