"""A client of the stateless era."""

import itertools
from collections.abc import Iterator

from .target import CAPABILITIES, CLIENT, Target, result_of
from .wire import BOTH_TYPES, SECONDS, Exchange, Reply, encode

KEY = "io.modelcontextprotocol/"
NAMED_BY = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
ids = itertools.count(1)


def with_headers(headers: list[tuple[str, str]], other: dict[str, str | None]) -> list:
    """The headers with others in their place; None removes one."""
    named = {name.lower() for name in other}
    kept = [(name, value) for name, value in headers if name.lower() not in named]
    return kept + [(name, value) for name, value in other.items() if value is not None]


class StatelessPeer:
    def __init__(self, target: Target, wrong: list[str], capabilities: dict | None = None) -> None:
        self.target = target
        self.wrong = wrong
        self.capabilities = CAPABILITIES if capabilities is None else capabilities
        self.notifications: list[dict] = []

    def __enter__(self) -> "StatelessPeer":
        return self

    def __exit__(self, *_) -> None:
        pass

    def meta(self, **more) -> dict:
        return {
            KEY + "protocolVersion": self.target.revision,
            KEY + "clientInfo": CLIENT,
            KEY + "clientCapabilities": self.capabilities,
            **more,
        }

    def standard_headers(self, method: str, params: dict) -> list[tuple[str, str]]:
        headers = [
            ("Content-Type", "application/json"), ("Accept", BOTH_TYPES),
            ("MCP-Protocol-Version", self.target.revision), ("Mcp-Method", method),
            *self.target.headers,
        ]
        named_by = params.get(NAMED_BY.get(method, ""))
        if isinstance(named_by, str):
            headers.append(("Mcp-Name", named_by))
        return headers

    def begin(
        self, method: str, params: dict | None = None, headers: dict | None = None,
        id: object = None, meta: dict | None = None, seconds: float = SECONDS,
    ) -> tuple[Exchange, object]:
        """Sends a request; `meta` takes the place of the whole `_meta`."""
        params = dict(params or {})
        if meta is None:
            params["_meta"] = self.meta(**params.get("_meta", {}))
        elif meta:
            params["_meta"] = meta
        id = next(ids) if id is None else id
        message = {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
        sent = with_headers(self.standard_headers(method, params), headers or {})
        return Exchange(self.target.url, "POST", sent, encode(message), seconds), id

    def send(self, method: str, params: dict | None = None, **options) -> Reply:
        """Sends a request and reads the answer up to its response."""
        exchange, id = self.begin(method, params, **options)
        with exchange:
            for message in self.read(exchange, method):
                exchange.reply.messages.append(message)
                if "method" not in message:
                    break
        return exchange.reply

    def read(self, exchange: Exchange, method: str) -> Iterator[dict]:
        """The messages of an answer, checked."""
        for message in exchange.messages():
            # An error from before the request was understood has no id.
            known = {**message, "id": 0} if message.get("id", 0) is None else message
            if self.target.schemas is not None:
                self.wrong += self.target.schemas.wrong(known, method)
            if "method" in message and "id" in message:
                self.wrong.append(f"the server sent the request {message['method']} in an answer")
            yield message

    def request(self, method: str, params: dict | None = None, **options) -> dict:
        """The result; notifications are kept."""
        reply = self.send(method, params, **options)
        self.notifications += [one for one in reply.messages if "method" in one]
        return result_of(reply, method)

    def call(self, tool: str, arguments: dict | None = None, **more) -> dict:
        """Calls a tool; its parameters that are not `_meta` stand beside the arguments."""
        params = {"name": self.target.name(tool), "arguments": arguments or {}, **more}
        return self.request("tools/call", params)
