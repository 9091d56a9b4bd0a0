"""A connection leaves nothing behind, however often its page is opened."""

import ast
import gc
import sys
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QTimer, SignalInstance
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton, QWidget

from kamusm_esign.ui.widgets.keypad import Keypad
from kamusm_esign.ui.widgets.otp_field import OtpField
from tests.equipment.source_code import Module, contains_call, program

_QT = (QAbstractAnimation, QTimer, QLocalSocket, QDialog, QMenu, QPushButton, QWidget)
_OF_QT = frozenset(
    name
    for kind in (*_QT, SignalInstance)
    for name in dir(kind)
    if type(getattr(kind, name)).__name__ == "method_descriptor"
)
"""Methods that Qt has written; what a module defines anew is Python's."""
_TIMES = 100


def _connected_to_qt(modules: Sequence[Module]) -> Iterator[str]:
    """Each time that PySide connects one of Qt's own methods it keeps its name for good
    (6.11: a string of some 60 bytes); a method or a lambda of ours leaves nothing."""
    for module in modules:
        own = {name for name, _line, _length in module.functions()} | set(_signals(module))
        for name, call in module.calls():
            for given in call.args if name == "connect" else ():
                if isinstance(given, ast.Attribute) and given.attr in _OF_QT - own:
                    yield f"{module.path}:{call.lineno} {given.attr}"


def _signals(module: Module) -> Iterator[str]:
    """Names of a module's own signals."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and contains_call(node.value, "Signal"):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_no_signal_is_connected_to_a_method_of_qts_own() -> None:
    assert list(_connected_to_qt(program())) == []


def test_the_rule_finds_what_it_looks_for() -> None:
    bad = "a.timeout.connect(self.update)\nb.wish.connect(self.wish.emit)\nc.x.connect(self.wish)"
    assert list(_connected_to_qt([Module("ui/x.py", bad)])) == [
        "ui/x.py:1 update",
        "ui/x.py:2 emit",
    ]
    own = f"def update(self): ...\n{bad}"
    assert list(_connected_to_qt([Module("ui/x.py", own)])) == ["ui/x.py:3 emit"]


def test_keypads_that_come_and_go_leave_nothing(app: QApplication) -> None:
    # 24 for each, when its keys had Qt's own methods connected. A little is in flux: what PySide
    # keeps by address becomes less with every round.
    assert _left_behind(Keypad) < 6 * _TIMES


def test_an_sms_code_is_wiped_with_its_field(app: QApplication) -> None:
    field = OtpField()
    field.push(3)
    typed = field._content._buffer
    assert any(typed)
    field.deleteLater()
    del field
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert not any(typed)


def _left_behind(make: Callable[[], QWidget]) -> int:
    """Blocks of Python's memory that are there after making and deleting some, and were not."""

    def come_and_go(times: int) -> int:
        for _ in range(times):
            make().deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return sys.getallocatedblocks()

    before = come_and_go(2 * _TIMES)
    return come_and_go(_TIMES) - before
