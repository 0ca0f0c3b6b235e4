"""A scripted server that keeps every request, and what the client does in front of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from peer.session import SessionPeer
from peer.stateless import StatelessPeer
from peer.target import SESSION, STATELESS, Target

SERVER = {"name": "watching", "version": "1.0.0"}
KEY = "io.modelcontextprotocol/"


@dataclass
class Seen:
    """One request as it came."""

    http_method: str
    headers: list[tuple[str, str]]
    message: dict
    at: float = 0

    @property
    def method(self) -> str:
        return self.message.get("method", "")

    @property
    def params(self) -> dict:
        return self.message.get("params") or {}

    @property
    def meta(self) -> dict:
        return self.params.get("_meta") or {}

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[0] if found else None


@dataclass
class Answer:
    """What the server writes; `stream` is raw text of server-sent events."""

    message: dict | None = None
    status: int = 200
    stream: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def tool(name: str, properties: dict | None = None, **more) -> dict:
    schema = {"type": "object", "properties": properties or {}, **more}
    return {"name": name, "description": f"The tool {name}.", "inputSchema": schema}


def text(said: str) -> dict:
    return {"resultType": "complete", "content": [{"type": "text", "text": said}]}


class Watching:
    """The server of one scenario; subclasses say what it offers and judge what they saw."""

    name = ""
    revision = STATELESS
    # Members of the official suite's client requirements, or `own`.
    scored = True
    capabilities: dict = {"tools": {}}

    def __init__(self) -> None:
        self.seen: list[Seen] = []

    # The server

    def tools(self) -> list[dict]:
        return []

    def call(self, seen: Seen) -> dict:
        """The result of `tools/call`."""
        return text("called")

    def answer(self, seen: Seen) -> Answer:
        if seen.http_method != "POST":
            return Answer(status=405)
        if "id" not in seen.message:
            return Answer(status=202)
        return self.answer_stateless(seen)

    def answer_stateless(self, seen: Seen) -> Answer:
        listed = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
        version = seen.header("mcp-protocol-version")
        if version != STATELESS or seen.meta.get(KEY + "protocolVersion") != STATELESS:
            data = {"supported": [STATELESS], "requested": str(version)}
            return self.error(seen, -32022, "Unsupported protocol version", data, status=400)
        match seen.method:
            case "server/discover":
                return self.result(seen, {
                    **listed, "supportedVersions": [STATELESS],
                    "capabilities": self.capabilities, "_meta": {KEY + "serverInfo": SERVER},
                })
            case "tools/list":
                return self.result(seen, {**listed, "tools": self.tools()})
            case "tools/call":
                return self.result(seen, self.call(seen))
        return self.error(seen, -32601, f"no method {seen.method}", status=404)

    @staticmethod
    def result(seen: Seen, result: dict, **options) -> Answer:
        message = {"jsonrpc": "2.0", "id": seen.message["id"], "result": result}
        return Answer(message, **options)

    @staticmethod
    def error(seen: Seen, code: int, why: str, data: object = None, status: int = 200) -> Answer:
        error = {"code": code, "message": why} | ({"data": data} if data is not None else {})
        return Answer({"jsonrpc": "2.0", "id": seen.message.get("id"), "error": error}, status)

    # The client in front, and the judgement

    def drive(self, target: Target, wrong: list[str]) -> None:
        """What a client of the gateway does so that the gateway does what is watched."""
        with self.connect(target, wrong) as peer:
            peer.request("tools/list")

    def connect(self, target: Target, wrong: list[str], capabilities: dict | None = None):
        kind = StatelessPeer if target.is_stateless else SessionPeer
        return kind(target, wrong, capabilities)

    def judge(self, that: Callable[[object, str], None]) -> None:
        """Says what is wrong with what was seen."""

    def of(self, method: str) -> list[Seen]:
        return [one for one in self.seen if one.method == method]


WATCHERS: dict[str, type[Watching]] = {}


def watcher(kind: type[Watching]) -> type[Watching]:
    WATCHERS[kind.name] = kind
    return kind


def same(one: object, other: object) -> bool:
    """The same JSON, members in the same order, `1` and `1.0` told apart."""
    return json.dumps(one) == json.dumps(other)


__all__ = [
    "Answer", "KEY", "SESSION", "STATELESS", "Seen", "WATCHERS", "Watching", "same", "text",
    "tool", "watcher",
]
