"""Servers of the session era: the handshake, what they ask, streams taken up again."""

import json
import time

from peer.target import SESSION

from .watching import SERVER, Answer, Seen, Watching, tool, watcher

KNOWN = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


class SessionEra(Watching):
    revision = SESSION
    session = "session-of-the-watcher"
    version = SESSION

    def answer(self, seen: Seen) -> Answer:
        if seen.http_method == "DELETE":
            return Answer(status=200)
        if seen.http_method == "GET":
            return self.get(seen)
        if "id" not in seen.message or "method" not in seen.message:
            return Answer(status=202)
        match seen.method:
            case "initialize":
                asked = seen.params.get("protocolVersion")
                result = {
                    "protocolVersion": asked if asked in KNOWN else self.version,
                    "capabilities": self.capabilities, "serverInfo": SERVER,
                }
                return self.result(seen, result, headers={"Mcp-Session-Id": self.session})
            case "tools/list":
                return self.result(seen, {"tools": self.tools()})
            case "tools/call":
                return self.called(seen)
            case "ping":
                return self.result(seen, {})
        if seen.header("mcp-session-id") is None:
            return self.error(seen, -32600, "Bad Request: Missing session ID", status=400)
        return self.error(seen, -32601, "Method not found")

    def get(self, seen: Seen) -> Answer:
        return Answer(status=405)

    def called(self, seen: Seen) -> Answer:
        return self.result(seen, {"content": [{"type": "text", "text": "called"}]})


@watcher
class Initialize(SessionEra):
    name = "initialize"

    def tools(self) -> list[dict]:
        return [tool("anything")]

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            peer.call("anything")

    def judge(self, that) -> None:
        handshakes = self.of("initialize")
        that(handshakes, "no initialize came")
        for one in handshakes:
            version = one.params.get("protocolVersion")
            that(version in KNOWN, f"the protocolVersion is {version!r}")
            client = one.params.get("clientInfo", {})
            that(client.get("name") and client.get("version"), f"the clientInfo is {client}")
            that(isinstance(one.params.get("capabilities"), dict), "there are no capabilities")
        that(self.of("notifications/initialized"), "no notifications/initialized came")
        began = self.seen.index(handshakes[0]) if handshakes else 0
        for one in self.seen[began + 1:]:
            if one.http_method != "POST" or one.method == "initialize":
                continue
            session = one.header("mcp-session-id")
            that(session == self.session, f"{one.method} is of the session {session!r}")
            version = one.header("mcp-protocol-version")
            that(version in KNOWN, f"{one.method} has the version header {version!r}")
            extra = [key for key in one.meta if key.startswith("io.modelcontextprotocol/")]
            that(not extra, f"{one.method} carries {extra} of the stateless era")


FORM = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    },
    "required": [],
}


@watcher
class Defaults(SessionEra):
    """A form with defaults reaches the user as it is, and its answer comes back as it is."""

    name = "elicitation-sep1034-client-defaults"
    answer_given = {
        "action": "accept",
        "content": {"name": "John Doe", "age": 30, "score": 95.5, "status": "active",
                    "verified": True},
    }

    def __init__(self) -> None:
        super().__init__()
        self.responses: list[dict] = []
        self.shown: list[dict] = []

    def tools(self) -> list[dict]:
        return [tool("test_client_elicitation_defaults")]

    def answer(self, seen: Seen) -> Answer:
        if seen.message.get("id") == "ask-1" and "method" not in seen.message:
            self.responses.append(seen.message)
        return super().answer(seen)

    def called(self, seen: Seen) -> Answer:
        request = {
            "jsonrpc": "2.0", "id": "ask-1", "method": "elicitation/create",
            "params": {"message": "Please review", "requestedSchema": FORM},
        }
        return Answer(stream=self.converse(seen, request))

    def converse(self, seen: Seen, request: dict):
        yield f"event: message\ndata: {json.dumps(request)}\n\n"
        ends = time.monotonic() + 15
        while not self.responses and time.monotonic() < ends:
            time.sleep(0.02)
            yield ""
        result = {"content": [{"type": "text", "text": json.dumps(self.responses[-1:])}]}
        message = {"jsonrpc": "2.0", "id": seen.message["id"], "result": result}
        yield f"event: message\ndata: {json.dumps(message)}\n\n"

    def drive(self, target, wrong) -> None:
        def answer(params: dict) -> dict:
            self.shown.append(params)
            return self.answer_given

        with self.connect(target, wrong) as peer:
            peer.answers["elicitation/create"] = answer
            peer.call("test_client_elicitation_defaults")
        if len(self.shown) != 1:
            wrong.append(f"the user is asked {len(self.shown)} times")
        elif self.shown[0].get("requestedSchema") != FORM:
            wrong.append(f"the form becomes {self.shown[0].get('requestedSchema')}")

    def judge(self, that) -> None:
        handshakes = self.of("initialize")
        declared = [one.params.get("capabilities", {}).get("elicitation") for one in handshakes]
        that(any(isinstance(one, dict) for one in declared), "elicitation is not declared")
        that(len(self.responses) == 1, f"{len(self.responses)} answers came")
        for one in self.responses:
            result = one.get("result")
            that(result == self.answer_given, f"the answer comes as {one}")


@watcher
class SSERetry(SessionEra):
    """Closes the stream of a call before the response, which is on the stream taken up again."""

    name = "sse-retry"
    retry = 500

    def __init__(self) -> None:
        super().__init__()
        self.closed_at: float | None = None
        self.waiting: object = None

    def tools(self) -> list[dict]:
        return [tool("test_reconnection")]

    def called(self, seen: Seen) -> Answer:
        self.waiting = seen.message["id"]
        return Answer(stream=self.close_early())

    def close_early(self):
        yield f"id: event-1\nretry: {self.retry}\ndata: \n\n"
        self.closed_at = time.monotonic()

    def get(self, seen: Seen) -> Answer:
        if seen.header("last-event-id") is None:
            return Answer(status=405)
        result = {"content": [{"type": "text", "text": "Reconnection test completed"}]}
        message = {"jsonrpc": "2.0", "id": self.waiting, "result": result}
        return Answer(stream=iter([f"event: message\nid: event-2\ndata: {json.dumps(message)}\n\n"]))

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            said = peer.call("test_reconnection")["content"][0]["text"]
            if said != "Reconnection test completed":
                wrong.append(f"the tool says {said!r}")

    def judge(self, that) -> None:
        back = [one for one in self.seen if one.http_method == "GET" and one.header("last-event-id")]
        that(back, "the client did not take the stream up again")
        count = len(self.of("tools/call"))
        that(count == 1, f"the tool was called {count} times")
        for one in back[:1]:
            that(one.header("last-event-id") == "event-1", "the last event is another")
            waited = one.at - (self.closed_at or 0)
            # Not early; how late a busy machine makes it says nothing.
            that(waited >= self.retry / 1000 - 0.05, f"the client waited {waited:.3f} s only")
