"""What Windows says of the Smart Card service, of USB and of this session.

Sources: Microsoft's documentation of the registry key `Services` (`Start`: 2 automatic, 3 on
demand, 4 disabled), of CM_Get_Device_ID_List (cfgmgr32) and of GetSystemMetrics (SM_REMOTESESSION).
"""

import sys
from collections.abc import Sequence

_SERVICE = r"SYSTEM\CurrentControlSet\Services\SCardSvr"
_ONLY_PRESENT_ENUMERATOR = 0x100 | 0x1
"""CM_GETIDLIST_FILTER_PRESENT, CM_GETIDLIST_FILTER_ENUMERATOR."""
_SM_REMOTESESSION = 0x1000

if sys.platform == "win32":
    import ctypes
    import winreg

    def service_start() -> int | None:
        """How the service is started; None where it is not installed."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _SERVICE) as key:
                value = winreg.QueryValueEx(key, "Start")[0]
        except OSError:
            return None
        return value if isinstance(value, int) else None

    def usb_devices() -> Sequence[str]:
        """Instance identifiers of the USB devices that are plugged in."""
        length = ctypes.c_ulong(0)
        cfgmgr = ctypes.windll.cfgmgr32
        flags = _ONLY_PRESENT_ENUMERATOR
        if cfgmgr.CM_Get_Device_ID_List_SizeW(ctypes.byref(length), "USB", flags):
            return ()
        text = ctypes.create_unicode_buffer(length.value)
        if cfgmgr.CM_Get_Device_ID_ListW("USB", text, length.value, flags):
            return ()
        return tuple(name for name in text[: length.value].split("\0") if name)

    def is_remote() -> bool:
        """Whether this session is one of Remote Desktop."""
        return bool(ctypes.windll.user32.GetSystemMetrics(_SM_REMOTESESSION))
