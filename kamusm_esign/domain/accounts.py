"""Accounts at servers on the way: whose they are, and their passwords."""

from enum import Enum

from kamusm_esign.domain.secret import Sensitive


class AccountPassword(Sensitive):
    """The password of an account at a proxy or a time stamp server."""

    __slots__ = ()


class Account(Enum):
    """Whose password is kept."""

    PROXY = "proxy"
    TIME_STAMP = "time-stamp"
