"""HTTP exchanges, a connection for each, and server-sent events."""

import contextlib
import http.client
import json
import socket
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field

SECONDS = 10
BOTH_TYPES = "application/json, text/event-stream"


@dataclass
class Event:
    data: str = ""
    id: str | None = None
    retry: int | None = None


@dataclass
class Reply:
    """An answer, read to its end or, where it streams, as far as the caller wanted."""

    status: int
    headers: dict[str, str]
    messages: list[dict] = field(default_factory=list)
    text: str = ""

    @property
    def message(self) -> dict:
        """The last message: on a stream, the response."""
        return self.messages[-1] if self.messages else {}

    @property
    def code(self) -> int | None:
        return (self.message.get("error") or {}).get("code")

    @property
    def is_stream(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")


class Exchange:
    """One request under way; events are read as they come."""

    def __init__(
        self, url: str, method: str, headers: list[tuple[str, str]], body: bytes | None,
        seconds: float = SECONDS,
    ) -> None:
        place = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(place.hostname, place.port, timeout=seconds)
        named = {name.lower() for name, _ in headers}
        self.connection.putrequest(
            method, place.path or "/", skip_host="host" in named, skip_accept_encoding=True
        )
        for name, value in headers:
            self.connection.putheader(name, value)
        if body is not None:
            self.connection.putheader("Content-Length", str(len(body)))
        self.connection.endheaders(body)
        self.socket = self.connection.sock
        self.response = self.connection.getresponse()
        headers = {name.lower(): value for name, value in self.response.getheaders()}
        self.reply = Reply(self.response.status, headers)

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        # Ends a read that another thread waits in.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.response.close()
        self.connection.close()

    def events(self) -> Iterator[Event]:
        """Events as they come, without those that are comments only; ends with the stream."""
        event = Event()
        is_empty = True
        while line := self.response.readline(1 << 22):
            line = line.decode().rstrip("\r\n")
            if not line:
                if not is_empty:
                    yield event
                event, is_empty = Event(), True
                continue
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                event.data += ("\n" if event.data else "") + value
            elif name == "id":
                event.id = value
            elif name == "retry" and value.isdigit():
                event.retry = int(value)
            else:
                continue
            is_empty = False

    def messages(self) -> Iterator[dict]:
        """The messages of the answer, whether it streams or not."""
        if self.reply.is_stream:
            for event in self.events():
                if event.data:
                    yield json.loads(event.data)
            return
        self.reply.text = self.response.read().decode()
        if self.reply.headers.get("content-type", "").startswith("application/json"):
            yield json.loads(self.reply.text)


def encode(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
