"""The window around the pages: what is shown, where the keyboard goes, what is pressed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QWidget

from kamusm_esign.domain.tokens import PinState
from kamusm_esign.domain.verification_code import VerificationCode
from kamusm_esign.ui.page_area import PageArea
from kamusm_esign.ui.presenter import intents
from kamusm_esign.ui.presenter.models import HomePage
from kamusm_esign.ui.presenter.pieces import Frame, Light, Notice, Status
from kamusm_esign.ui.presenter.words import Words
from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.texts import Texts
from kamusm_esign.ui.widgets.action_bar import ActionBar
from kamusm_esign.ui.window import MainWindow
from tests.ui.pages.models import CODE, change_page, code_page, new_pin_page, step_up_page
from tests.ui.pages.stage import (
    EN,
    TR,
    WORDS,
    clipped,
    name_of,
    nameless,
    settle,
    type_digits,
    wait_until,
)
from tests.ui.pictures import SCREENS
from tests.ui.samples import SAMPLES

OK = Light("Okuyucu", "ok", "ACS ACR39U takılı")
BLOCKED = Light("Kart", "warn", "PIN kilitli", "Kilidi aç", intents.OpenJob("code"))
AWAY = Light("Portal", "bad", "ulaşılamıyor", "Yeniden dene", intents.LookAgain())


class Opened:
    """One window, its clock, and what it said."""

    def __init__(self, language: str = "tr", size: tuple[int, int] = (1366, 768)) -> None:
        self.now = 1000.0
        self.window = MainWindow(Texts(language), lambda: self.now)
        self.intents: list[Any] = []
        self.window.intent.connect(self.intents.append)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        settle()

    def find(self, name: str) -> Any:
        """The visible widget with an object name."""
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisible()]
        assert len(found) == 1, f"{name}: {len(found)}"
        return found[0]

    def shown(self, name: str) -> bool:
        """Whether something of that name is visible."""
        return any(w.isVisible() for w in self.window.findChildren(QWidget, name))

    def show(self, model: object) -> None:
        """Show a model."""
        self.window.show(model)
        settle()


Open = Callable[..., Opened]


@pytest.fixture
def opened(app: QApplication) -> Iterator[Open]:
    made: list[Opened] = []

    def open_window(*args: Any, **kwargs: Any) -> Opened:
        made.append(Opened(*args, **kwargs))
        return made[-1]

    yield open_window
    for one in made:
        one.window.may_close = lambda: True
        one.window.close()
        one.window.deleteLater()
        settle()
    theme.set("light", 1.0)


# ---------------------------------------------------------------------- home
@pytest.mark.parametrize(
    ("name", "job"),
    [
        ("code", "code"),
        ("changePin", "change-pin"),
        ("tokens", "tokens"),
        ("doctor", "doctor"),
        ("verify", "verify"),
    ],
)
def test_every_way_of_home_opens_its_job(opened: Open, name: str, job: str) -> None:
    one = opened()
    one.find(f"home.{name}").click()
    assert one.intents == [intents.OpenJob(job)]


def test_home_begins_at_the_first_tile_and_has_no_action_bar(opened: Open) -> None:
    one = opened()
    assert QApplication.focusWidget() is one.find("home.code")
    assert one.find("page.number").text() == "Ekran 1"
    assert not one.shown("button.primary")
    assert not one.shown("button.back")


@pytest.mark.parametrize("size", [(1280, 720), (1366, 688), (1366, 768)])
@pytest.mark.parametrize("language", ["tr", "en"])
def test_home_does_not_scroll(opened: Open, size: tuple[int, int], language: str) -> None:
    one = opened(language, size)
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    settle()
    bars = [area.verticalScrollBar() for area in one.window.findChildren(QScrollArea)]
    assert [bar.maximum() for bar in bars] == [0]


def test_the_guide_leads_on(opened: Open) -> None:
    one = opened()
    one.find("home.guide.1").click()
    settle()
    one.find("home.guide.open").click()
    one.find("home.guide.3").click()
    settle()
    one.find("home.guide.open").click()
    assert one.intents == [
        intents.OpenJob("change-pin"),
        intents.OpenAddress("https://kamusm.gov.tr"),
    ]


def test_practice_leads_to_its_own_portal(opened: Open) -> None:
    one = opened()
    one.window.set_portal_page("http://127.0.0.1:8000/")
    one.window.set_texts(Texts("en"))
    one.find("home.guide.2").click()
    settle()
    one.find("home.guide.open").click()
    assert one.intents == [intents.OpenAddress("http://127.0.0.1:8000/")]


HELP = {
    "home": "ekran-1.html",
    "code": "ekran-2.html",
    "code-refused": "PRT-212.html",
    "new-pin": "ekran-4.html",
    "working": "ekran-5.html",
    "result-failed": "KRT-139.html",
    "result-succeeded": "ekran-6.html",
    "review-grant": "ekran-7.html",
    "sign-pin-wrong": "ekran-8.html",
    "change": "ekran-9.html",
    "try": "ekran-10.html",
    "doctor": "KRT-104.html",
    "doctor-fine": "ekran-11.html",
    "verify-nothing": "IMZ-340.html",
}


@pytest.mark.parametrize("name", HELP)
def test_f1_opens_the_helpdesks_guide_at_the_right_place(
    opened: Open, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def open_url(url: QUrl) -> bool:
        seen.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    one = opened()
    model = SCREENS[name](TR)
    if model is not None:
        one.show(model)
    QTest.keyClick(one.window, Qt.Key.Key_F1)
    assert [path.name for path in seen] == [HELP[name]]
    assert seen[0].is_file()


def test_where_nothing_opens_the_guide_its_place_can_be_pasted(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    one = opened()
    QTest.keyClick(one.window, Qt.Key.Key_F1)
    assert QApplication.clipboard().text().endswith("ekran-1.html")


def test_the_guide_as_a_dialog(opened: Open) -> None:
    one = opened(size=(1000, 700))
    one.find("home.guideButton").click()
    settle()
    one.find("guide.panel.1").click()
    settle()
    one.find("guide.panel.open").click()
    settle()
    assert one.intents == [intents.OpenJob("change-pin")]
    assert not one.shown("guide.panel.1")


# ---------------------------------------------------------------------- pages
def test_the_same_page_keeps_what_is_typed_and_the_focus(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    field = one.find("code.field")
    type_digits(CODE[:7])
    one.show(code_page(TR))
    assert one.find("code.field") is field
    assert field.count == 7
    assert QApplication.focusWidget() is field


def test_another_language_keeps_what_is_typed(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    type_digits(CODE)
    one.window.set_texts(Texts("en"))
    one.show(code_page(EN))
    assert one.find("code.field").count == 15
    assert one.find("page.title").text() == EN("code.title")
    assert one.find("page.number").text() == "Screen 2"
    assert one.find("button.primary").text() == EN("button.next")
    assert one.find("button.primary").isEnabled()


def test_a_page_that_was_left_is_wiped_and_gone(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    field = one.find("code.field")
    gone: list[int] = []
    field.destroyed.connect(lambda: gone.append(1))
    type_digits(CODE)
    one.window.show_home()
    assert field.count == 0
    settle()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    assert gone == [1]
    assert QApplication.focusWidget() is one.find("home.code")


def test_a_home_model_is_the_home_screen(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    one.show(HomePage(Frame(1, "")))
    assert one.shown("home.code")


# ---------------------------------------------------------------------- what is pressed
def test_the_primary_follows_the_page_and_its_reason_stands_beside_it(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    primary = one.find("button.primary")
    assert not primary.isEnabled()
    assert primary.accessibleDescription() == TR("code.incomplete")
    type_digits(CODE)
    assert primary.isEnabled()
    assert primary.accessibleDescription() == ""
    primary.click()
    assert one.intents == [intents.EnterCode(VerificationCode(CODE))]


def test_enter_goes_on_and_escape_goes_back(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    QTest.keyClick(one.window, Qt.Key.Key_Return)
    assert one.intents == []
    type_digits(CODE)
    QTest.keyClick(one.window, Qt.Key.Key_Return)
    QTest.keyClick(one.window, Qt.Key.Key_Escape)
    assert one.intents == [intents.EnterCode(VerificationCode(CODE)), intents.GoHome()]


@pytest.mark.parametrize(
    ("model", "name", "intent"),
    [(code_page, "button.back", intents.GoHome), (step_up_page, "button.cancel", intents.Cancel)],
)
def test_the_secondary_is_called_what_it_does(
    opened: Open, model: Any, name: str, intent: type
) -> None:
    one = opened()
    one.show(model(TR))
    one.find(name).click()
    assert one.intents == [intent()]


def test_a_new_code_and_the_way_home(opened: Open) -> None:
    one = opened()
    one.show(new_pin_page(TR))
    one.find("page.newCode").click()
    assert one.intents == [intents.NewCode()]


# ---------------------------------------------------------------------- keyboard
def order(one: Opened, *, forward: bool = True) -> list[str]:
    """Names of everything that Tab visits, once around."""
    names: list[str] = []
    start = QApplication.focusWidget()
    while True:
        widget = QApplication.focusWidget()
        assert widget is not None
        names.append(widget.objectName())
        QTest.keyClick(widget, Qt.Key.Key_Tab if forward else Qt.Key.Key_Backtab)
        if QApplication.focusWidget() is start or len(names) > 60:
            return names


def test_tab_goes_from_content_to_lights_to_the_top(opened: Open) -> None:
    one = opened()
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    expected = [
        *("home.code", "home.changePin", "home.tokens", "home.doctor"),
        *(f"home.guide.{number}" for number in range(1, 6)),
        *("status.token.fix", "status.portal.fix", "top.phone", "top.language", "top.settings"),
        "home.verify",  # above the tiles, where the keyboard begins
    ]
    assert order(one) == expected
    assert order(one, forward=False) == [expected[0], *reversed(expected[1:])]


def test_tab_goes_from_content_to_the_action_bar(opened: Open) -> None:
    one = opened()
    one.show(code_page(TR))
    type_digits(CODE)
    names = order(one)
    assert names[0] == "code.field"
    places = [names.index(n) for n in ("code.paste", "button.primary", "button.back", "top.phone")]
    assert places == sorted(places)


FIELDS = ("pin.current", "pin.lastTry", "pin.new", "pin.repeat")
CERTIFICATES = tuple(
    f"certificate.list.{place}.{what}" for place in (1, 2) for what in ("details", "calendar")
)
KEYS = tuple(f"keypad.{kind}" for kind in (*"123456789", "clear", "0", "back", "shuffle"))
DOWN_THE_PAGE: list[tuple[str, Any, tuple[int, int], tuple[str, ...]]] = [
    ("change", change_page(TR, PinState.FINAL_TRY), (1366, 768), ("token.list.1", *FIELDS, *KEYS)),
    (
        *("change, what to do is folded", change_page(TR, PinState.FINAL_TRY), (1000, 700)),
        ("pin.info.header", "token.list.1", *FIELDS, *KEYS),
    ),
    (
        *("my card", SAMPLES["card"](TR), (1366, 768)),
        ("card.readAgain", "card.reveal", *CERTIFICATES, "button.primary"),
    ),
    ("try", SAMPLES["try-last"](TR), (1366, 768), ("card.reveal", *FIELDS[:2], *KEYS)),
]


@pytest.mark.parametrize(("_what", "model", "size", "wanted"), DOWN_THE_PAGE)
def test_tab_goes_down_the_page(
    opened: Open, _what: str, model: Any, size: tuple[int, int], wanted: tuple[str, ...]
) -> None:
    one = opened(size=size)
    one.show(model)
    names = order(one)
    first = names.index(wanted[0])
    assert (names[first:] + names[:first])[: len(wanted)] == list(wanted)


def test_everything_that_the_keyboard_reaches_has_a_name(opened: Open) -> None:
    one = opened()
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    for model in (None, code_page(TR), step_up_page(TR), new_pin_page(TR)):
        if model is not None:
            one.show(model)
        assert nameless(one.window) == []
    assert name_of(one.find("top.language")) == Texts("tr")("frame.language-name")


class Windows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        shown = event.type() == QEvent.Type.Show
        if shown and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)])
def test_no_page_opens_a_window_and_takes_the_keyboard_away(
    app: QApplication, opened: Open, size: tuple[int, int]
) -> None:
    one, windows = opened(size=size), Windows()
    app.installEventFilter(windows)
    for model in (*(make(TR) for make in SAMPLES.values()), code_page(TR), new_pin_page(TR)):
        one.show(model)
        one.window.show_home()
        settle()
    app.removeEventFilter(windows)
    assert windows.seen == []
    assert QApplication.activeWindow() is one.window


# ---------------------------------------------------------------------- lights and notices
def test_a_light_and_its_button(opened: Open) -> None:
    one = opened()
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    settle()
    assert one.find("status.reader").text() == "Okuyucu: ACS ACR39U takılı"
    one.find("status.token.fix").click()
    one.find("status.portal.fix").click()
    assert one.intents == [intents.OpenJob("code"), intents.LookAgain()]


def test_in_a_job_no_light_leads_to_another_one(opened: Open) -> None:
    one = opened()
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    one.show(step_up_page(TR))
    assert not one.shown("status.token.fix")
    assert one.shown("status.portal.fix")


def test_compact_windows_keep_the_lights_behind_a_button(opened: Open) -> None:
    one = opened(size=(683, 384))
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    assert not one.shown("status.reader")
    status = one.find("top.status")
    assert status.text() == Texts("tr")("frame.problems", problems=2)
    status.click()
    settle()
    assert one.shown("status.reader")
    QTest.keyClick(one.window, Qt.Key.Key_Escape)
    settle()
    assert not one.shown("status.reader")
    one.window.set_status(Status(OK, OK, OK, OK))
    assert status.text() == "4 / 4 hazır"


def test_compact_windows_have_a_menu(opened: Open) -> None:
    one = opened(size=(683, 384))
    one.show(new_pin_page(TR))
    one.find("top.menu").click()
    settle()
    entries = one.find("top.menu.entries").actions()
    assert entries[0].text() == TR("button.new-code-link")
    entries[0].trigger()
    assert one.intents == [intents.NewCode()]
    one.find("top.menu.entries").close()


def test_a_notice_stays_until_another_page(opened: Open) -> None:
    one = opened()
    one.window.set_notice(Notice("bad", "Bir hata", "Ne olduğu", "SYS-901"))
    settle()
    assert one.find("frame.problem").text() == "Bir hata Ne olduğu SYS-901"
    one.show(code_page(TR))
    assert not one.shown("frame.problem")


def test_practice_is_said_on_every_screen(opened: Open) -> None:
    one = opened()
    one.window.set_practice("Eğitim modu")
    one.show(code_page(TR))
    assert one.find("page.practice").text() == "Eğitim modu"


def test_the_number_can_be_copied(opened: Open) -> None:
    one = opened()
    one.find("top.phone").click()
    settle()
    assert QApplication.clipboard().text() == "444 5 576"
    assert "444 5 576" in one.find("frame.problem").text()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:1", "", "kamusm-esign://x"])
def test_only_web_pages_are_opened(opened: Open, url: str) -> None:
    one = opened()
    one.window.open_address(url)
    settle()
    assert not one.shown("frame.problem")


def test_while_the_card_is_written_to_the_window_stays(opened: Open) -> None:
    one = opened()
    one.window.may_close = lambda: False
    one.window.close_program()
    settle()
    assert one.window.isVisible()
    assert one.find("frame.problem").text() == Texts("tr")("frame.stays-open")


# ---------------------------------------------------------------------- time
def test_the_countdown_follows_the_steady_clock(opened: Open) -> None:
    one = opened()
    model = new_pin_page(TR)
    one.now = model.frame.ends_at - 104.2 if model.frame.ends_at else 0.0
    one.show(model)
    countdown = one.find("countdown")
    assert countdown.accessibleName() == "Kalan Süre 1:45"
    one.now += 60
    wait_until(lambda: countdown.accessibleName() == "Kalan Süre 0:45")
    one.now += 3600
    wait_until(lambda: countdown.accessibleName() == Texts("tr")("frame.time-over"))
    one.window.show_home()
    settle()
    assert not one.shown("countdown")


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("width", [700, 899, 900, 1366])
def test_a_title_stands_on_one_line(opened: Open, width: int, language: str) -> None:
    one = opened(language, (width, 768))
    one.show(new_pin_page(TR if language == "tr" else EN))
    title, holder = one.find("page.title"), one.find("page.holder")
    assert title.fits(title.width(), 1)
    assert (holder.y() > title.y()) is (width < 900)


# ---------------------------------------------------------------------- stable names
STABLE = {
    "home": "home.code home.changePin home.tokens home.doctor home.verify",
    "code": "code.field code.paste code.problem button.primary button.back page.title",
    "code-refused": "page.problem",
    "step-up": "session.otp session.resend button.primary button.cancel countdown page.title",
    "new-pin": "token.list pin.new pin.repeat pin.rules countdown button.primary button.cancel",
    "new-pin-no-card": "page.problem",
    "change": "token.list pin.current pin.new pin.repeat pin.rules pin.attempts",
    "result-succeeded": "result.title result.body result.close button.primary button.back",
    "result-failed": "result.title result.body result.code result.incident result.close",
    "try": "pin.current pin.attempts button.primary button.back page.title",
    "try-choose": "token.list",
    "doctor": "doctor.list doctor.report button.primary",
    "unfinished": "pending.list button.primary button.back",
    "verify-trusted": "verify.file verify.result verify.unmask button.back page.title",
    "which-pin": "button.primary button.back page.title",
}
"""Screen → names of product.md that are for ever, besides those that are everywhere."""

EVERYWHERE = ("page.number", "status.reader", "status.driver", "status.token", "status.portal")
KEYPAD = tuple(f"keypad.{key}" for key in (*range(10), "clear", "back"))


@pytest.mark.parametrize("name", STABLE)
def test_the_names_that_stay_for_ever(opened: Open, name: str) -> None:
    one = opened()
    model = SCREENS[name](TR)
    if model is not None:
        one.show(model)
    wanted = [*STABLE[name].split(), *EVERYWHERE]
    wanted += KEYPAD if "pin.new" in wanted or "pin.current" in wanted else ()
    assert [each for each in wanted if not one.shown(each)] == []


@pytest.mark.parametrize(
    ("name", "ways"), [("result-succeeded", 1), ("result-hopeless", 1), ("result-failed", 1)]
)
def test_closing_is_offered_once_and_has_its_stable_name(
    opened: Open, name: str, ways: int
) -> None:
    one = opened()
    one.show(SCREENS[name](TR))
    buttons = [b for b in one.window.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in buttons].count(TR("button.close")) == ways
    close = one.find("result.close")
    hit = one.window.childAt(close.mapTo(one.window, close.rect().center()))
    assert hit is not None
    QTest.mouseClick(hit, Qt.MouseButton.LeftButton)
    assert one.intents == [intents.CloseProgram()]


def test_a_screen_without_buttons_has_no_bar_for_them(opened: Open) -> None:
    one = opened()
    one.show(SCREENS["working"](TR))
    assert not any(bar.isVisible() for bar in one.window.findChildren(ActionBar))
    one.show(SCREENS["result-succeeded"](TR))
    assert all(bar.isVisible() for bar in one.window.findChildren(ActionBar))


# ---------------------------------------------------------------------- room
SIZES = ((640, 360), (683, 384), (860, 768), (1000, 700), (1366, 688), (1366, 768), (1920, 1080))


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("language", ["tr", "en"])
def test_nothing_is_clipped(
    opened: Open, language: str, size: tuple[int, int], scale: float
) -> None:
    theme.set("light", scale)
    one = opened(language, size)
    words = TR if language == "tr" else EN
    one.window.set_status(Status(OK, OK, BLOCKED, AWAY))
    one.window.set_practice("Eğitim modu: gerçek kart ve portal değil")
    for model in (None, code_page(words), new_pin_page(words)):
        if model is not None:
            one.show(model)
        assert clipped(one.window) == []
        assert one.window.size().toTuple() == size


# ---------------------------------------------------------------------------- the eye
@pytest.mark.parametrize(
    "name", ["about-looking", "about-off", "about-refused", "settings-ignored"]
)
@pytest.mark.parametrize("language", ["tr", "en"])
def test_a_page_to_be_read_opens_at_its_top(opened: Open, name: str, language: str) -> None:
    theme.set("light", 2.0)
    one = opened(language)
    one.show(SCREENS[name](WORDS[language]))
    (area,) = [a for a in one.window.findChildren(QScrollArea) if a.isVisible()]
    assert area.verticalScrollBar().maximum() > 0
    assert area.verticalScrollBar().value() == 0
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName()


@pytest.mark.parametrize("name", ["about-none", "code-refused", "step-up"])
def test_a_page_ends_where_the_bars_do_whether_it_scrolls_or_not(opened: Open, name: str) -> None:
    one = opened()
    one.show(SCREENS[name](TR))
    (scrolls,) = [a for a in one.window.findChildren(QScrollArea) if a.isVisible()]
    assert bool(scrolls.verticalScrollBar().maximum()) == (name != "step-up")

    def ends(widget: QWidget) -> tuple[int, int]:
        left = widget.mapTo(one.window, widget.rect().topLeft()).x()
        return left, left + widget.width()

    area, bar = one.window.findChild(PageArea), one.window.findChild(ActionBar)
    assert area is not None
    assert bar is not None
    assert area.page is not None
    assert ends(area.page) == ends(bar.content)


@pytest.mark.parametrize("words", [TR, EN])
def test_a_wrong_pin_of_two_cards_needs_no_scrolling(opened: Open, words: Words) -> None:
    one = opened(words.catalogue.language)
    one.show(SAMPLES["try-wrong"](words))
    areas = [a for a in one.window.findChildren(QScrollArea) if a.isVisible()]
    assert [a.verticalScrollBar().maximum() for a in areas] == [0] * len(areas)
    assert len(one.find("token.list").items) == 2
