"""What the smaller components do beside looking right."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from kamusm_esign.ui.style.theme import theme
from kamusm_esign.ui.widgets.action_bar import ActionBar
from kamusm_esign.ui.widgets.attempts import AttemptsLeft, Dots
from kamusm_esign.ui.widgets.buttons import (
    Button,
    IconButton,
    LinkButton,
    PrimaryButton,
    SmallButton,
)
from kamusm_esign.ui.widgets.check_list import Check, CheckList
from kamusm_esign.ui.widgets.countdown import Countdown, Ring
from kamusm_esign.ui.widgets.guide_panel import Answer, GuidePanel
from kamusm_esign.ui.widgets.incident_code import IncidentCode, Letter
from kamusm_esign.ui.widgets.info_panel import InfoPanel
from kamusm_esign.ui.widgets.numbered_steps import Item
from kamusm_esign.ui.widgets.result_panel import ResultPanel
from kamusm_esign.ui.widgets.rule_list import RuleList
from kamusm_esign.ui.widgets.status_strip import NAMES, StatusStrip
from kamusm_esign.ui.widgets.text import Label, TextBlock
from kamusm_esign.ui.widgets.tile import Tile
from kamusm_esign.ui.widgets.top_bar import TopBar


def spoken(widget: QWidget) -> tuple[str, str]:
    """Name and description as assistive technology gets them."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name), found.text(QAccessible.Text.Description)


def button_in(widget: QWidget, name: str) -> QPushButton:
    found = widget.findChild(QPushButton, name)
    assert found is not None
    return found


# ---------------------------------------------------------------------------- text
@pytest.mark.parametrize("width", [90, 120, 180, 300, 1000])
def test_every_word_is_drawn_in_order(app: QApplication, width: int) -> None:
    block = TextBlock("base")
    spans = (("Gereken:", True), (" kart, şimdiki PIN\nve ", False), ("kod", True), ("u", False))
    block.set_spans(spans)
    lines = block._broken(width)
    drawn = [part for line, _ in lines for words, strong in line for part in words.split()]
    whole = [word for words, _ in spans for word in words.split()]
    assert "".join(drawn) == "".join(whole)
    assert all(taken <= width for _, taken in lines)
    assert any(
        strong and words.startswith("Gereken") for line, _ in lines for words, strong in line
    )


def test_a_word_that_is_too_long_breaks_and_nothing_is_lost(app: QApplication) -> None:
    block = TextBlock("base")
    block.set_text("0123456789" * 5)
    lines = block._broken(90)
    assert "".join(words for line, _ in lines for words, _ in line) == "0123456789" * 5
    assert all(taken <= 90 for _, taken in lines)


# ---------------------------------------------------------------------------- buttons
MAKERS: list[Callable[[], QPushButton]] = [
    PrimaryButton,
    Button,
    SmallButton,
    LinkButton,
    lambda: IconButton(icon="copy"),
    lambda: Tile("tile", "code"),
]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_space_and_enter_press(
    app: QApplication, make: Callable[[], QPushButton], key: Qt.Key
) -> None:
    pressed: list[bool] = []
    button = make()
    button.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(button, key)
    assert pressed == [True]
    button.setEnabled(False)
    button.click()
    assert pressed == [True]


def test_an_ampersand_is_an_ampersand(app: QApplication) -> None:
    button = Button()
    button.set_text("PIN & PUK")
    assert spoken(button)[0] == "PIN & PUK"


def test_tile(app: QApplication) -> None:
    tile = Tile("home.changePin", "pin-change")
    tile.set_texts("PIN değiştir", "Yenisiyle değiştirirsiniz.", "Gereken:", "kart, şimdiki PIN")
    said = ("PIN değiştir", "Yenisiyle değiştirirsiniz. Gereken: kart, şimdiki PIN")
    assert spoken(tile) == said
    tile.set_disabled("Yönetici bu işi kapattı")
    assert not tile.isEnabled()
    assert spoken(tile)[1].endswith("Yönetici bu işi kapattı")


# ---------------------------------------------------------------------------- bars
def test_status_strip(app: QApplication) -> None:
    strip, fixed = StatusStrip(), list[int]()
    strip.fix_pressed.connect(fixed.append)
    for place in range(4):
        strip.set_light(place, "warn", "Kart", "takılı değil", "Nasıl takılır?")
    strip.set_number("Ekran 1")
    assert [light.text.objectName() for light in strip.lights] == list(NAMES)
    assert strip.number.objectName() == "page.number"
    assert strip.lights[2].text.text() == "Kart: takılı değil"
    button_in(strip, "status.token.fix").click()
    assert fixed == [2]
    strip.set_light(2, "ok", "Kart", "okundu")
    assert button_in(strip, "status.token.fix").isHidden()
    with pytest.raises(KeyError):
        strip.set_light(0, "pink", "", "")


@pytest.mark.parametrize(("width", "compact"), [(1366, False), (560, True)])
def test_the_top_bar_gives_way(app: QApplication, width: int, compact: bool) -> None:
    bar, pressed = TopBar(), list[str]()
    bar.status_pressed.connect(lambda: pressed.append("status"))
    bar.settings_pressed.connect(lambda: pressed.append("settings"))
    bar.set_brand("E-İmza Uygulaması", "Kamu Sertifikasyon Merkezi")
    bar.set_steps([("Kod", "done"), ("Kart ve yeni PIN", "now"), ("Sonuç", "next")], "Adım 2 / 3")
    bar.set_status("warn", "3 / 4 hazır", "Durumları göster")
    bar.resize(width, 64)
    bar.set_compact(False)
    assert bar.settings.isHidden() == compact
    assert bar.status.isHidden() != compact
    rail = bar.findChild(QWidget, "top.steps")
    assert rail is not None
    assert rail.isHidden() == compact
    assert spoken(rail)[0] == "Adım 2 / 3: Kart ve yeni PIN"
    (bar.status if compact else bar.settings).click()
    assert pressed == ["status" if compact else "settings"]


def test_steps_and_breadcrumb_take_turns(app: QApplication) -> None:
    bar, home = TopBar(), list[bool]()
    bar.home_pressed.connect(lambda: home.append(True))
    for _ in range(3):
        bar.set_steps([("Kod", "now")], "Adım 1 / 1")
        assert bar.findChild(QWidget, "top.home") is None or bar._crumb is None
        bar.set_place("Ana sayfa", "Sorun giderme")
        assert bar._rail is None
    button_in(bar, "top.home")
    assert bar._crumb is not None
    button_in(bar._crumb, "top.home").click()
    bar.set_place("", "")
    assert home == [True]
    assert bar.findChild(QWidget, "top.steps") is None or bar._rail is None


def test_the_action_bar_says_why_it_is_closed(app: QApplication) -> None:
    bar, pressed = ActionBar(), list[str]()
    bar.primary_pressed.connect(lambda: pressed.append("primary"))
    bar.secondary_pressed.connect(lambda: pressed.append("secondary"))
    bar.set_primary("İleri", enabled=False, reason="Önce kartınızı seçiniz")
    bar.set_secondary("Vazgeç", name="button.cancel")
    button_in(bar, "button.primary").click()
    button_in(bar, "button.cancel").click()
    assert pressed == ["secondary"]
    assert spoken(bar.primary) == ("İleri", "Önce kartınızı seçiniz")
    bar.set_primary("İleri")
    bar.primary.click()
    assert pressed == ["secondary", "primary"]
    bar.set_primary("")
    assert bar.primary.isHidden()


def test_a_pages_own_box_comes_before_the_way_forward(app: QApplication) -> None:
    bar, owner = ActionBar(), QWidget()
    bar.set_secondary("Vazgeç", name="button.cancel")
    bar.set_primary("İleri")
    save, read = Button("document.save"), Button("document.accept")
    save.set_text("Belgeyi kaydet")
    read.set_text("Bu belgeyi okudum")
    bar.set_own(owner, save, read)
    bar.resize(1200, bar.sizeHint().height())
    bar.show()
    QApplication.processEvents()
    order = [bar.secondary, save, read, bar.primary]
    places = [widget.mapTo(bar, QPoint()).x() for widget in order]
    assert places == sorted(places)
    bar.close()


# ---------------------------------------------------------------------------- time and tries
def test_countdown_speaks_at_its_marks(app: QApplication) -> None:
    countdown, told = Countdown(), list[int]()
    countdown.announced.connect(told.append)
    countdown.set_total(300)
    for left in (*range(130, -3, -1), 0):
        countdown.set_seconds(left)
    assert told == [120, 60, 30, 10, 0]
    told.clear()
    for left in (300, 100, 5):
        countdown.set_seconds(left)
    assert told == [100, 5]


@pytest.mark.parametrize(
    ("left", "text", "role"),
    [
        (300, "5:00", "teal"),
        (61, "1:01", "teal"),
        (60, "1:00", "amber-text"),
        (16, "0:16", "amber-text"),
        (15, "0:15", "red"),
        (1, "0:01", "red"),
    ],
)
def test_countdown_colours(app: QApplication, left: int, text: str, role: str) -> None:
    countdown = Countdown()
    countdown.set_texts("Kalan Süre", "Kodun süresi doldu", "Yeni kod gir")
    countdown.set_total(300)
    countdown.set_seconds(left)
    ring = countdown.findChild(Ring)
    assert ring is not None
    assert (ring.role, countdown.accessibleName()) == (role, f"Kalan Süre {text}")
    assert ring.part == left / 300


def test_when_time_is_up_there_is_a_way_on(app: QApplication) -> None:
    countdown, again = Countdown(), list[bool]()
    countdown.new_code_pressed.connect(lambda: again.append(True))
    countdown.set_texts("Kalan Süre", "Kodun süresi doldu", "Yeni kod gir")
    button = button_in(countdown, "countdown.again")
    assert button.isHidden()
    countdown.set_seconds(0)
    assert not button.isHidden()
    button.click()
    assert (again, countdown.accessibleName()) == ([True], "Kodun süresi doldu")
    assert spoken(button) == ("Yeni kod gir", "Kodun süresi doldu")


@pytest.mark.parametrize(
    ("left", "role"), [(5, "green"), (3, "green"), (2, "amber-text"), (1, "red"), (0, "red")]
)
def test_attempts(app: QApplication, left: int, role: str) -> None:
    widget = AttemptsLeft()
    widget.set_attempts(left, "hak")
    dots = widget.findChild(Dots)
    assert dots is not None
    assert (dots.left, dots.role, dots.isHidden()) == (left, role, False)
    widget.set_attempts(None, "Kart söylemedi")
    assert dots.isHidden()


# ---------------------------------------------------------------------------- lists and panels
def test_rules_change_in_place(app: QApplication) -> None:
    rules = RuleList()
    rules.set_rules([("6–12 rakam", "open"), ("İki giriş aynı", "open")])
    first = rules._rules[0]
    rules.set_rules([("6–12 rakam", "broken"), ("İki giriş aynı", "ok")], ["6–12 rakam: yok", ""])
    assert rules._rules[0] is first
    assert [r.accessibleName() for r in rules._rules] == ["6–12 rakam: yok", "İki giriş aynı"]


@pytest.mark.parametrize(("width", "columns"), [(700, 2), (400, 1)])
def test_rules_have_as_many_columns_as_fit(app: QApplication, width: int, columns: int) -> None:
    rules = RuleList()
    rules.set_rules([(f"Kural {n}", "ok") for n in range(4)])
    rules.resize(width, rules.sizeHint().height())
    rules.grab()
    assert len({rule.x() for rule in rules._rules}) == columns


def test_checks_keep_their_buttons(app: QApplication) -> None:
    checks, fixed = CheckList("doctor.list"), list[int]()
    checks.fix_pressed.connect(fixed.append)
    bad = [Check("Kart", "bad", "takılı değil", fix="Düzelt"), Check("Saat", "ok", "doğru")]
    checks.set_checks(bad)
    button = button_in(checks, "doctor.list.1.fix")
    button.click()
    assert fixed == [0]
    assert spoken(button) == ("Düzelt", "Kart: takılı değil")
    checks.set_checks([Check("Kart", "ok", "okundu"), Check("Saat", "ok", "doğru")])
    assert button.isHidden()
    checks.set_checks(bad[:1])
    assert not button.isHidden()


def test_guide_opens_one_at_a_time(app: QApplication) -> None:
    guide, pressed = GuidePanel("guide"), list[int]()
    guide.pressed.connect(pressed.append)
    answers = [Answer("pin", f"Soru {n}", f"Yanıt {n}", button="Portalı aç") for n in range(3)]
    guide.set_guide("Hangisi?", answers)
    for place in (0, 2, 1):
        button_in(guide, f"guide.{place + 1}").click()
        assert [q.isChecked() for q in guide._questions] == [n == place for n in range(3)]
        assert guide._body is not None
        button_in(guide._body, "guide.open").click()
    assert pressed == [0, 2, 1]
    guide.set_guide("Which?", [a._replace(text="Answer") for a in answers])
    assert guide._questions[1].isChecked()
    button_in(guide, "guide.2").click()
    assert guide._body is None


def test_info_panel_is_a_row_that_opens(app: QApplication) -> None:
    info = InfoPanel("info")
    info.set_info("Bilgilendirme", [Item("", "Kartı takınız", "now")], "Görünmez")
    assert info.header.isHidden()
    whole = info.sizeHint().height()
    info.set_collapsed(True)
    closed = info.sizeHint().height()
    info.header.click()
    opened = info.sizeHint().height()
    assert closed < opened < whole
    assert closed == theme.control_height(44, "small-strong")
    assert spoken(info.header)[0] == "Bilgilendirme"


@pytest.mark.parametrize("verdict", ["succeeded", "failed", "unknown"])
def test_result(app: QApplication, verdict: str) -> None:
    panel = ResultPanel()
    for chips in ([("ok", "Kart okundu", "")] * 3, [], [("ok", "Harcanmadı", "")]):
        panel.set_result(verdict, "Başlık", "Cümle", chips)
        assert [chip.text() for chip in panel._chips] == [text for _, text, _ in chips]
    assert panel.headline.objectName() == "result.title"
    assert panel.sentence.objectName() == "result.body"


def test_incident_code_is_spelled(app: QApplication) -> None:
    incident, copied = IncidentCode(), list[bool]()
    incident.copy_pressed.connect(lambda: copied.append(True))
    words = ["Kars", "yedi", "Muş", "dört", "Sinop", "Adana", "Hatay", "Bolu"]
    incident.set_code("K7M4-SAHB", words)
    panel = incident.findChild(QWidget, "result.incident")
    assert panel is not None
    assert spoken(panel) == ("K7M4-SAHB", " ".join(words))
    incident.copy.click()
    assert copied == [True]


# ---------------------------------------------------------------------------- what does not fit
@pytest.mark.parametrize(
    ("width", "shown"), [(900, True), (560, True), (470, False)], ids=["one", "two", "none"]
)
def test_a_reason_never_takes_room_from_what_is_pressed(width: int, shown: bool) -> None:
    bar = ActionBar()
    bar.set_compact(True)
    bar.set_number("Ekran 4")
    bar.set_secondary("Vazgeç", "x")
    why = "Yeni PIN kodunu iki kez giriniz"
    bar.set_primary("PIN Kodunu Değiştir", enabled=False, reason=why)
    bar.resize(width, bar.sizeHint().height())
    bar.show()
    QApplication.processEvents()
    reason = next(label for label in bar.findChildren(Label) if label.text() == why)
    assert reason.isVisible() is shown
    for button in (bar.primary, bar.secondary):
        assert button.width() >= button.sizeHint().width()
    assert not shown or reason.text_fits()
    assert bar.primary.accessibleDescription() == bar.primary.toolTip() == why
    bar.close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize(("width", "lines"), [(620, 1), (330, 2)])
def test_an_incident_code_breaks_at_its_dash(scale: float, width: int, lines: int) -> None:
    theme.set(scale=scale)
    shown = IncidentCode()
    words = ["Muş", "Bolu", "Hatay", "Edirne", "Adana", "Zonguldak", "Jandarma", "Denizli"]
    shown.set_code("MBHE-AAJD", words)
    shown.resize(round(width * scale), 400)
    shown.show()
    QApplication.processEvents()
    letters = shown.findChildren(Letter)
    tops = [letter.y() for letter in letters]
    assert len(set(tops)) == lines
    first = [letter for letter in letters if letter.y() == tops[0]]
    assert len(first) == (9 if lines == 1 else 5)
    if lines == 2:  # one under the other
        assert [x.x() for x in first[:4]] == [x.x() for x in letters[5:]]
    assert all(label.text_fits() for x in letters for label in x.findChildren(Label))
    shown.close()
    theme.set(scale=1.0)


def test_lights_share_the_strip_by_what_they_say(app: QApplication) -> None:
    strip = StatusStrip()
    for place, name in enumerate(("Okuyucu", "Sürücü", "Kart")):
        strip.set_light(place, "ok", name, "takılı")
    strip.set_light(3, "bad", "Portal", "yanıt vermiyor, bir süre sonra", "Yeniden dene")
    strip.set_number("Ekran 1")
    strip.resize(1000, 48)
    strip.show()
    QApplication.processEvents()
    assert all(light.text.fits(light.text.width(), 1) for light in strip.lights)
    strip.set_light(3, "ok", "Portal", "ulaşılıyor")
    QApplication.processEvents()
    assert max(x.width() for x in strip.lights) - min(x.width() for x in strip.lights) <= 1
    strip.close()


@pytest.mark.parametrize("width", [1366, 980, 860])
def test_a_fix_keeps_to_one_line(width: int) -> None:
    strip = StatusStrip()
    for place, name in enumerate(("Okuyucu", "Sürücü", "Kart", "Portal")):
        strip.set_light(place, "ok", name, "ACS ACR39U takılı")
    strip.set_light(2, "warn", "Kart", "A*** Y***** (…1234): PIN kilitli", "Kilidi aç")
    strip.set_number("Ekran 1")
    strip.resize(width, 64)
    strip.show()
    QApplication.processEvents()
    (fix,) = (b for b in strip.findChildren(QPushButton) if b.text() == "Kilidi aç")
    assert fix.width() >= fix.sizeHint().width()
    strip.close()


def test_the_number_to_call_stays_on_one_line(app: QApplication) -> None:
    label = Label()
    label.set_text("Yine olursa 444 5 576 numaralı Çağrı Merkezini arayınız.")
    block = label._block
    for width in range(block.least_width(), 500, 7):
        lines = ["".join(text for text, _ in spans) for spans, _ in block._broken(width)]
        assert any("444\u00a05\u00a0576" in line for line in lines), width
    assert "444 5 576" in label.text()


def test_without_a_card_there_is_no_question_mark(app: QApplication) -> None:
    tries = AttemptsLeft()
    for text, shown in (("", False), ("Kart söylemedi", True)):
        tries.set_attempts(None, text)
        assert tries._unknown.isVisibleTo(tries) is shown
