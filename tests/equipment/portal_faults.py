"""Ways for the portal double to go wrong. Each is a function of one request's `Exchange`."""

import gzip as gzip_format
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from tests.equipment.portal_answers import Answer, problem
from tests.equipment.portal_desk import Request


@dataclass(frozen=True)
class Exchange:
    """One request, and the means to answer it well or badly."""

    request: Request
    handle: Callable[[], Answer]
    """Do what was asked for, and return the right answer without sending it."""
    raw: Callable[[bytes], object]
    """Send these bytes."""
    pause: Callable[[float], bool]
    """Wait some seconds, but not longer than the portal is open; whether it still is."""

    def send(self, answer: Answer) -> None:
        """Send an answer."""
        self.raw(head(answer) + answer.body)


Fault = Callable[[Exchange], None]


def head(answer: Answer) -> bytes:
    """Status line and headers."""
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", "Connection: close"]
    if answer.status >= 200 and answer.status != 204:
        lines.append(f"Content-Length: {len(answer.body)}")
    if answer.body:
        lines.append(f"Content-Type: {answer.content_type}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join([*lines, "", ""]).encode()


def drop() -> Fault:
    """Hang up without doing anything."""
    return lambda exchange: None


def lose_answer() -> Fault:
    """Do it and hang up."""

    def fault(exchange: Exchange) -> None:
        exchange.handle()

    return fault


def say(answer: Answer) -> Fault:
    """Do nothing and give this answer."""
    return lambda exchange: exchange.send(answer)


def say_problem(code: str, status: int | None = None, **members: object) -> Fault:
    """Do nothing and give this problem; `retry_after` makes the header."""
    retry_after = members.pop("retry_after", None)
    assert retry_after is None or isinstance(retry_after, int)
    return say(problem(code, status, retry_after=retry_after, **members))


def say_raw(data: bytes) -> Fault:
    """Do nothing, send these bytes, hang up."""

    def fault(exchange: Exchange) -> None:
        exchange.raw(data)

    return fault


def changed(change: Callable[[Answer], Answer]) -> Fault:
    """Do it, and change the answer on its way."""
    return lambda exchange: exchange.send(change(exchange.handle()))


def edited(edit: Callable[[dict[str, object]], object]) -> Fault:
    """Do it, and change the answer's JSON on its way (`edit` changes it in place)."""

    def change(answer: Answer) -> Answer:
        value = json.loads(answer.body)
        edit(value)
        return replace(answer, body=json.dumps(value).encode())

    return changed(change)


def compressed() -> Fault:
    """Do it, and answer with gzip."""
    return changed(
        lambda answer: replace(
            answer,
            body=gzip_format.compress(answer.body),
            headers=(*answer.headers, ("Content-Encoding", "gzip")),
        )
    )


def redirect(location: str, status: int = 302) -> Fault:
    """Send the client elsewhere."""
    return say(Answer(status, headers=(("Location", location),)))


def delay(seconds: float) -> Fault:
    """Do it, and answer later."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.handle()
        if exchange.pause(seconds):
            exchange.send(answer)

    return fault


def drip(seconds: float, *, headers: bool = False) -> Fault:
    """Do it, and answer one byte every `seconds`: the body, or all of it."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.handle()
        at_once, slowly = head(answer), answer.body
        if headers:
            at_once, slowly = b"", at_once + slowly
        exchange.raw(at_once)
        for byte in slowly:
            if not exchange.pause(seconds):
                return
            exchange.raw(bytes([byte]))

    return fault


def cut_off(kept: int) -> Fault:
    """Do it, and hang up after `kept` bytes of the answer's body."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.handle()
        exchange.raw(head(answer) + answer.body[:kept])

    return fault


def endless(status: int = 200, content_type: str = "application/json") -> Fault:
    """A body without a length that does not end while the client listens."""

    def fault(exchange: Exchange) -> None:
        exchange.raw(
            head(Answer(status, b"x", content_type)).replace(b"Content-Length: 1\r\n", b"")
        )
        while exchange.pause(0):
            exchange.raw(b" " * 65536)

    return fault
