"""A client of the session era."""

import itertools
import queue
import threading
from collections.abc import Callable

from .target import CAPABILITIES, CLIENT, NoAnswer, Target, result_of
from .wire import BOTH_TYPES, SECONDS, Exchange, Reply, encode

ids = itertools.count(1)


def sampled(params: dict) -> dict:
    return {
        "role": "assistant",
        "content": {"type": "text", "text": "This is a test response from the client"},
        "model": "test-model",
        "stopReason": "endTurn",
    }


def roots(params: dict) -> dict:
    return {"roots": [{"uri": "file:///test/root", "name": "Test root"}]}


class SessionPeer:
    """Answers what the server asks with `answers`, by method."""

    def __init__(self, target: Target, wrong: list[str], capabilities: dict | None = None) -> None:
        self.target = target
        self.wrong = wrong
        self.capabilities = CAPABILITIES if capabilities is None else capabilities
        self.notifications: list[dict] = []
        self.asked: list[dict] = []
        self.answers: dict[str, Callable[[dict], dict]] = {
            "sampling/createMessage": sampled, "roots/list": roots,
        }
        self.session: str | None = None
        self.negotiated: str | None = None
        self.initialized: dict = {}
        self.heard: queue.Queue = queue.Queue()
        self.listening: Exchange | None = None

    def __enter__(self) -> "SessionPeer":
        self.open()
        return self

    def __exit__(self, *_) -> None:
        if self.listening is not None:
            self.listening.close()
        if self.session is not None:
            self.end()

    # The session

    def open(self) -> None:
        reply = self.send("initialize", {
            "protocolVersion": self.target.revision, "capabilities": self.capabilities,
            "clientInfo": CLIENT,
        })
        if "result" not in reply.message:
            raise NoAnswer(f"initialize: HTTP {reply.status}: {reply.message or reply.text[:200]}")
        self.session = reply.headers.get("mcp-session-id")
        self.initialized = reply.message["result"]
        self.negotiated = self.initialized.get("protocolVersion")
        status = self.notify("notifications/initialized").status
        if status != 202:
            self.wrong.append(f"notifications/initialized was answered with {status}, not 202")

    def end(self) -> Reply:
        with Exchange(self.target.url, "DELETE", self.headers(), None) as exchange:
            exchange.reply.text = exchange.response.read().decode()
        return exchange.reply

    def listen(self) -> None:
        """Opens the stream of what belongs to no request; `heard` gets it."""
        headers = [*self.headers(), ("Accept", "text/event-stream")]
        exchange = self.listening = Exchange(self.target.url, "GET", headers, None, 60)
        if exchange.reply.status != 200:
            raise NoAnswer(f"GET was answered with {exchange.reply.status}")

        def read() -> None:
            try:
                for message in exchange.messages():
                    self.take(message, None)
                    self.heard.put(message)
            except (OSError, ValueError, AttributeError):
                pass

        threading.Thread(target=read, daemon=True).start()

    def hear(self, method: str, seconds: float = SECONDS) -> dict | None:
        """The next notification of this method on the stream."""
        try:
            while (message := self.heard.get(timeout=seconds)).get("method") != method:
                pass
            return message
        except queue.Empty:
            return None

    # Messages

    def headers(self) -> list[tuple[str, str]]:
        headers = list(self.target.headers)
        if self.session is not None:
            headers.append(("Mcp-Session-Id", self.session))
        if self.negotiated is not None:
            headers.append(("MCP-Protocol-Version", self.negotiated))
        return headers

    def begin(self, message: dict, seconds: float = SECONDS) -> Exchange:
        headers = [("Content-Type", "application/json"), ("Accept", BOTH_TYPES), *self.headers()]
        return Exchange(self.target.url, "POST", headers, encode(message), seconds)

    def post(self, message: dict) -> Reply:
        with self.begin(message) as exchange:
            exchange.reply.text = exchange.response.read().decode()
        return exchange.reply

    def notify(self, method: str, params: dict | None = None) -> Reply:
        return self.post({"jsonrpc": "2.0", "method": method, **({"params": params} if params else {})})

    def send(self, method: str, params: dict | None = None, id: object = None) -> Reply:
        """Sends a request, answers what is asked meanwhile, and reads up to the response."""
        message = {"jsonrpc": "2.0", "id": next(ids) if id is None else id, "method": method}
        if params is not None:
            message["params"] = params
        with self.begin(message) as exchange:
            for received in exchange.messages():
                exchange.reply.messages.append(received)
                self.take(received, method)
                if "method" not in received and received.get("id") == message["id"]:
                    break
        return exchange.reply

    def take(self, message: dict, method: str | None) -> None:
        if self.target.schemas is not None:
            known = {**message, "id": 0} if message.get("id", 0) is None else message
            self.wrong += self.target.schemas.wrong(known, method)
        if "method" not in message:
            return
        if "id" not in message:
            self.notifications.append(message)
            return
        self.asked.append(message)
        answer = self.answers.get(message["method"])
        if answer is None:
            outcome = {"error": {"code": -32601, "message": "Method not found"}}
        else:
            outcome = {"result": answer(message.get("params") or {})}
        status = self.post({"jsonrpc": "2.0", "id": message["id"], **outcome}).status
        if status != 202:
            self.wrong.append(f"the answer to {message['method']} was answered with {status}")

    def request(self, method: str, params: dict | None = None) -> dict:
        reply = self.send(method, params)
        return result_of(reply, method)

    def call(self, tool: str, arguments: dict | None = None, **more) -> dict:
        params = {"name": self.target.name(tool), "arguments": arguments or {}, **more}
        return self.request("tools/call", params)
