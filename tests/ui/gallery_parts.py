"""The components in their states, made with the longest words of both languages."""

import tomllib
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kamusm_esign.ui.widgets.action_bar import ActionBar
from kamusm_esign.ui.widgets.attempts import AttemptsLeft
from kamusm_esign.ui.widgets.banner import Banner, Message
from kamusm_esign.ui.widgets.buttons import (
    Button,
    IconButton,
    LinkButton,
    PrimaryButton,
    SmallButton,
)
from kamusm_esign.ui.widgets.check_list import Check, CheckList
from kamusm_esign.ui.widgets.chip import Chip
from kamusm_esign.ui.widgets.choice_list import Choice, ChoiceList
from kamusm_esign.ui.widgets.containers import Card, column, row
from kamusm_esign.ui.widgets.countdown import Countdown
from kamusm_esign.ui.widgets.facts import Facts
from kamusm_esign.ui.widgets.guide_panel import Answer, GuidePanel
from kamusm_esign.ui.widgets.incident_code import IncidentCode
from kamusm_esign.ui.widgets.info_panel import InfoPanel
from kamusm_esign.ui.widgets.numbered_steps import Item, NumberedSteps
from kamusm_esign.ui.widgets.result_panel import ResultPanel
from kamusm_esign.ui.widgets.rule_list import RuleList
from kamusm_esign.ui.widgets.status_strip import StatusStrip
from kamusm_esign.ui.widgets.text import Label
from kamusm_esign.ui.widgets.text_field import TextField
from kamusm_esign.ui.widgets.tile import Tile
from kamusm_esign.ui.widgets.top_bar import TopBar


class Words:
    """The texts of one language in `gallery.toml`: single ones, and rows that belong together."""

    def __init__(self, language: str) -> None:
        text = Path(__file__).with_name("gallery.toml").read_text(encoding="utf-8")
        self._table = tomllib.loads(text)[language]

    def __getitem__(self, key: str) -> str:
        return str(self._table[key])

    def rows(self, key: str) -> list[tuple[str, ...]]:
        return [tuple(row) for row in self._table[key]]


STATES = ("default", "hover", "focus", "down", "off")


def in_state(widget: QWidget, state: str) -> QWidget:
    """Bring a button into a state that a picture can show."""
    if state == "hover":
        widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    elif state == "down":
        widget.setDown(True)  # type: ignore[attr-defined]
    elif state == "off":
        widget.setEnabled(False)
    elif state == "focus":
        widget.setProperty("ringed", True)
    return widget


def buttons(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for state in STATES:
        primary = PrimaryButton()
        primary.set_text(words["next"])
        made.append(in_state(primary, state))
    for state in STATES:
        button = Button(icon="arrow-left")
        button.set_text(words["back"])
        made.append(in_state(button, state))
    for icon, key in (
        ("lock-open", "change"),
        ("send", "report"),
        ("sign", "sign"),
        ("x", "close"),
    ):
        primary = PrimaryButton(icon=icon)
        primary.set_text(words[key])
        made.append(primary)
    for state in STATES:
        link = LinkButton(icon="external")
        link.set_text(words["portal"])
        made.append(in_state(link, state))
    for state in STATES:
        small = IconButton(icon="copy", edge=True)
        small.set_name(words["copy"])
        made.append(in_state(small, state))
    fix = SmallButton()
    fix.set_text(words["how"])
    return [*made, fix]


def countdowns(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for seconds in (231, 48, 12, 0):
        countdown = Countdown()
        countdown.set_total(300)
        countdown.set_texts(words["left"], words["expired"], words["again"])
        countdown.set_seconds(seconds)
        made.append(countdown)
    return made


def attempts(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for left, key in ((3, "three"), (2, "two"), (1, "last"), (None, "unsaid")):
        widget = AttemptsLeft()
        widget.set_attempts(left, words[key])
        made.append(widget)
    return made


def last_try(words: Words) -> QWidget:
    card = Card("surface", "red")
    title, text, name = Label("section", "text"), Label(), Label("strong")
    title.set_text(words["lastTitle"])
    text.set_text(words["lastText"])
    name.set_text(words["confirm"])
    field = TextField()
    field.setText("SON HA")
    give_up, go = Button(), PrimaryButton()
    give_up.set_text(words["giveUp"])
    go.set_text(words["try"])
    go.setEnabled(False)
    left, middle = column(spacing=4), column(spacing=6)
    left.addWidget(title)
    left.addWidget(text)
    middle.addStretch(1)
    middle.addWidget(name)
    middle.addWidget(field)
    layout = row(card, margin=25, spacing=24)
    layout.addLayout(left, 3)
    layout.addLayout(middle, 2)
    for button in (give_up, go):
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
    return card


def strip(words: Words) -> StatusStrip:
    made = StatusStrip()
    lights = zip(("ok", "warn", "bad", "running"), words.rows("lights"), strict=True)
    for place, (state, (name, sentence, fix)) in enumerate(lights):
        made.set_light(place, state, name, sentence, fix)
    made.set_number(words["screen"])
    return made


def chips(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for kind, (text,) in zip(
        ("ok", "warn", "bad", "info", "mute"), words.rows("chips"), strict=True
    ):
        chip = Chip()
        chip.set_chip(kind, text)
        made.append(chip)
    outlined = Chip()
    outlined.set_chip("ok", words["unspent"], outlined=True)
    return [*made, outlined]


def rules(words: Words) -> RuleList:
    made = RuleList()
    states = ("open", "ok", "broken", "ok", "ok", "ok", "ok", "ok")
    made.set_rules([(text, s) for (text,), s in zip(words.rows("rules"), states, strict=True)])
    return made


def choices(words: Words) -> list[QWidget]:
    rows = words.rows("cards")
    good = Choice(
        "a", rows[0][0], rows[0][1], "card", (("warn", rows[0][2], "lock"), ("ok", rows[0][3], ""))
    )
    other = Choice("b", rows[1][0], rows[1][1], "seal", (), rows[1][2])
    made: list[QWidget] = []
    for state, chosen in (("default", ""), ("hover", ""), ("focus", "a")):
        choice_list = ChoiceList()
        choice_list.set_choices([good, other], chosen)
        in_state(choice_list.items[0], state)
        made.append(choice_list)
    return made


def banners(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for kind, texts in zip(("info", "ok", "warn", "bad"), words.rows("banners"), strict=True):
        banner = Banner()
        banner.set_banner(kind, *texts)
        made.append(banner)
    return made


def messages(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for kind, (text,) in zip(("muted", "ok", "warn", "bad"), words.rows("messages"), strict=True):
        message = Message()
        message.set_message(kind, text)
        made.append(message)
    return made


def tiles(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for state in ("default", "hover", "focus", "off"):
        tile = Tile("tile", "pin-change")
        tile.set_texts(words["tile"], words["tileText"], words["needs"], words["tileNeeds"])
        if state == "off":
            tile.set_disabled(words["tileOff"])
        else:
            in_state(tile, state)
        made.append(tile)
    first, dense = Tile("tile", "code", first=True), Tile("tile", "card")
    for tile in (first, dense):
        tile.set_texts(words["tile"], words["tileText"], words["needs"], words["tileNeeds"])
    dense.set_dense(True)
    return [*made, first, dense]


def bars(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    names = [name for (name,) in words.rows("steps")]
    states = (("done", "now", "next", "next"), ("done", "done", "failed", "now"))
    for steps in states:
        bar = top_bar(words)
        bar.set_steps(list(zip(names, steps, strict=True)), words["position"])
        made.append(bar)
    crumb = top_bar(words)
    crumb.set_place(words["home"], words["doctor"])
    compact = top_bar(words)
    compact.set_steps(list(zip(names, states[0], strict=True)), words["position"])
    compact.set_compact(True)
    action = ActionBar()
    action.set_secondary(words["cancel"], name="button.cancel")
    action.set_primary(words["change"], "lock-open", enabled=False, reason=words["notYet"])
    low = ActionBar()
    low.set_compact(True)
    low.set_secondary(words["cancel"], name="button.cancel")
    low.add(countdowns(words)[0])
    low.set_number(words["screen"])
    low.set_primary(words["change"], "lock-open")
    return [*made, crumb, compact, strip(words), action, low]


def top_bar(words: Words) -> TopBar:
    bar = TopBar()
    bar.set_brand(words["app"], words["organisation"])
    bar.set_phone("444 5 576", words["phone"])
    bar.set_language(words["lang"], words["language"])
    bar.set_settings(words["settings"])
    bar.set_menu(words["menu"])
    bar.set_status("ok", words["ready"], words["lightsName"])
    return bar


def checks(words: Words) -> CheckList:
    made = CheckList()
    states = ("ok", "ok", "warn", "bad", "running", "skipped")
    made.set_checks(
        [
            Check(name, state, sentence, more, fix)
            for state, (name, sentence, more, fix) in zip(states, words.rows("checks"), strict=True)
        ]
    )
    return made


def things_to_do(words: Words) -> list[QWidget]:
    numbered, facts = NumberedSteps(), Facts()
    numbered.set_items([Item(title, text) for title, text in words.rows("todo")])
    facts.set_facts([(name, value) for name, value in words.rows("facts")])
    known = NumberedSteps()
    known.set_items(
        [
            Item(t, x, icon=i)
            for (t, x), i in zip(words.rows("todo"), ("pin", "card", "portal"), strict=True)
        ]
    )
    return [carded(numbered), carded(known), carded(facts)]


def carded(widget: QWidget) -> Card:
    """Put something on a card."""
    card = Card()
    layout = column(card, margin=25)
    layout.addWidget(widget)
    layout.addStretch(1)
    return card


def info(words: Words, *, collapsed: bool) -> InfoPanel:
    made = InfoPanel("info")
    states = ("done", "done", "now")
    items = [
        Item("", text, state) for (text,), state in zip(words.rows("info"), states, strict=True)
    ]
    made.set_info(words["infoTitle"], items, words["hidden"])
    made.set_collapsed(collapsed)
    return made


def guide(words: Words) -> GuidePanel:
    made = GuidePanel("guide")
    icons = ("pin", "question", "lock", "card", "seal")
    made.set_guide(
        words["which"],
        [Answer(icon, *texts) for icon, texts in zip(icons, words.rows("guide"), strict=True)],
    )
    made.open(2, moving=False)
    return made


def results(words: Words) -> list[QWidget]:
    made: list[QWidget] = []
    for verdict, (head, sentence) in zip(
        ("succeeded", "failed", "unknown"), words.rows("results"), strict=True
    ):
        panel = ResultPanel()
        known = [("ok", text, "") for (text,) in words.rows("known")] if verdict == "failed" else []
        panel.set_result(verdict, head, sentence, known)
        made.append(panel)
    return made


def incident(words: Words) -> IncidentCode:
    made = IncidentCode()
    made.set_texts(words["incident"], words["private"], words["copyCode"])
    made.set_code("K7M4-SAHB", [word for (word,) in words.rows("spoken")])
    return made
