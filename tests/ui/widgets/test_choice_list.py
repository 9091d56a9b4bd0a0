"""Choosing a card: by mouse, by keyboard, and not what cannot be chosen."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kamusm_esign.ui.widgets.choice_list import Choice, ChoiceList

CHOICES = [
    Choice("a", "A*** Y*****", "Kişisel e-imza · …1234", "card", (("ok", "Uygun", ""),)),
    Choice("b", "Y**** T******", "Mali mühür · …8802", "seal", (), "Bu kod e-imza içindir"),
    Choice("c", "B*** K***", "Kişisel e-imza · …5678", "card"),
]

List = tuple[ChoiceList, list[str]]


@pytest.fixture
def cards(app: QApplication) -> Iterator[List]:
    made, chosen = ChoiceList(), list[str]()
    made.chosen.connect(chosen.append)
    made.set_name("Kart Seçiniz")
    made.set_choices(CHOICES)
    made.resize(600, made.sizeHint().height())
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made, chosen
    shiboken6.delete(made)


def checked(cards: ChoiceList) -> list[str]:
    return [item.choice.key for item in cards.items if item.isChecked()]


def test_pressing_chooses_once(cards: List) -> None:
    made, chosen = cards
    for _ in range(2):
        QTest.mouseClick(made.items[2], Qt.MouseButton.LeftButton)
    assert (checked(made), chosen) == (["c"], ["c"])


def test_what_cannot_be_chosen_stays_as_it_is(cards: List) -> None:
    made, chosen = cards
    QTest.mouseClick(made.items[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(made.items[1], Qt.Key.Key_Space)
    assert (checked(made), chosen) == ([], [])


def test_arrows_reach_every_line_and_choose_what_they_can(cards: List) -> None:
    made, chosen = cards
    made.items[0].setFocus()
    keys = (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home)
    focused = []
    for key in keys:
        QTest.keyClick(made.window().focusWidget() or made, key)
        focused.append([item.choice.key for item in made.items if item.hasFocus()])
    assert focused == [["a"], ["b"], ["c"], ["c"], ["a"]]
    assert chosen == ["a", "c", "a"]


def test_the_list_is_one_stop_of_the_tab_key(cards: List) -> None:
    made, _ = cards

    def stops() -> list[str]:
        tab = Qt.FocusPolicy.TabFocus
        return [item.choice.key for item in made.items if item.focusPolicy() & tab]

    assert stops() == ["a"]
    made.choose(made.items[2])
    assert stops() == ["c"]


def test_new_data_keeps_the_focus_and_says_nothing_back(cards: List) -> None:
    made, chosen = cards
    made.items[1].setFocus()
    made.set_choices(CHOICES, "c")
    assert made.items[1].hasFocus()
    assert (checked(made), chosen) == (["c"], [])
    made.set_choices(CHOICES[:1], "a")
    assert checked(made) == ["a"]


def test_assistive_technology_hears_kind_states_and_reason(cards: List) -> None:
    made, _ = cards
    heard = []
    for item in made.items:
        found = QAccessible.queryAccessibleInterface(item)
        assert found.role() == QAccessible.Role.RadioButton
        heard.append((found.text(QAccessible.Text.Name), found.text(QAccessible.Text.Description)))
    assert heard == [
        ("A*** Y*****", "Kişisel e-imza · …1234, Uygun"),
        ("Y**** T******", "Mali mühür · …8802, Bu kod e-imza içindir"),
        ("B*** K***", "Kişisel e-imza · …5678"),
    ]


@pytest.mark.parametrize(("width", "chips"), [(600, 1), (250, 0)])
def test_the_reason_is_always_to_be_read(cards: List, width: int, chips: int) -> None:
    made, _ = cards
    made.resize(width, made.heightForWidth(width))
    QApplication.processEvents()
    item = made.items[1]
    assert sum(child.isVisible() for child in item._chips) == chips
    assert item.text_fits()
    assert (item.height() > made.items[2].height()) == (chips == 0)
