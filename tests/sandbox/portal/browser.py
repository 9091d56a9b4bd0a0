"""A browser without JavaScript: keeps cookies, follows See Other, sends the forms of its page."""

import re
from html import unescape
from html.parser import HTMLParser

from tests.sandbox.portal.desk import Answer, Desk

COOKIE = "kamusm-sandbox"


class Browser:
    """One browser at one address."""

    def __init__(self, desk: Desk, language: str = "tr", address: str = "127.0.0.1") -> None:
        self.desk = desk
        self.cookies: dict[str, str] = {}
        self.language = language
        self.address = address
        self.text = ""
        self.path = ""

    def go(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Open a page, or send a form, and follow."""
        headers = {"Accept-Language": self.language}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        method = "GET" if form is None else "POST"
        answer = self.desk.ask(method, path, headers=headers, data=form, address=self.address)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
        if answer.status == 303:
            return self.go(answer.headers["location"])
        self.path = path
        if answer.headers["content-type"].startswith("text/html"):
            self.text = answer.body.decode()
        return answer

    def send(self, action: str, **changes: str) -> Answer:
        """Send the first form of the page with this action, hidden fields and all."""
        return self.go(action, {**self.fields(action), **changes})

    def fields(self, action: str) -> dict[str, str]:
        """The hidden fields of a form, and what stands in the others."""
        form = self.text.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
        found = {}
        for tag in re.findall(r"<input[^>]*>", form):
            values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if values.get("type") != "checkbox":
                found[values["name"]] = unescape(values.get("value", ""))
        return found

    def links(self) -> list[str]:
        """Where the page leads to."""
        return [unescape(link) for link in re.findall(r'href="(/[^"]*)"', self.text)]

    def sign_in(self) -> "Browser":
        """As the first practice person."""
        self.go("/giris")
        self.send("/giris/deneme")
        return self

    def picture(self) -> str:
        """What the picture on the page asks, as the question in words has it."""
        found = re.search(r"\(?(\d) \+ (\d)", self.text)
        assert found
        return str(int(found[1]) + int(found[2]))

    def message(self, path: str) -> str:
        """The newest message of an outbox: the part to be typed elsewhere."""
        other = Browser(self.desk)
        other.go(path)
        return str(re.findall(r'<b class="mono otp">([^<]*)</b>', other.text)[0])

    @property
    def code(self) -> str:
        """The verification code as the page shows it, in groups of three."""
        groups = re.findall(r"<b>(\d{3})</b>", self.text)
        assert len(groups) == 5
        return "".join(groups)

    @property
    def state(self) -> str:
        """Of the code."""
        return str(re.findall(r'data-state="([\w-]+)"', self.text)[0])

    @property
    def poll(self) -> int:
        """Seconds from one of the code page's polls to the next; 0 where it does not poll."""
        return int(re.findall(r'data-poll="(\d+)"', self.text)[0])


class Markup(HTMLParser):
    """Nothing inline, nothing from elsewhere, every control with a name."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.files: set[str] = set()
        self.labels: set[str] = set()
        self.controls: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is wrong."""
        found = dict(attrs)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.problems.append(f"{tag} {name}")
            elsewhere = name in ("src", "href", "action") and "://" in str(value)
            if elsewhere and not str(value).startswith("kamusm-esign-practice://code/"):
                self.problems.append(f"{tag} {value}")
        if tag == "style" or (tag == "script" and "src" not in found):
            self.problems.append(tag)
        if tag == "img" and "alt" not in found:
            self.problems.append("img without alt")
        if tag == "label" and "for" in found:
            self.labels.add(str(found["for"]))
        if tag in ("input", "select") and "id" in found:
            self.controls.add(str(found["id"]))
        for name in ("src", "href"):
            if str(found.get(name, "")).startswith("/static/"):
                self.files.add(str(found[name]))
