"""A client over streamable HTTP: one connection for its requests, further ones beside it."""

import asyncio
import contextlib
import json

from . import http1
from .transport import Transport, verdict
from .words import REVISION, SESSION, STATELESS, encoded

ANSWER_SECONDS = 45
ACCEPT = "application/json, text/event-stream"


class HTTPTransport(Transport):
    """Requests one after the other; `listener(message)` gets what comes before an answer, and gives
    the answer to what is a request itself."""

    def __init__(self, era, number, asks, port, path, bearer):
        super().__init__(era, number, asks)
        self.port, self.path, self.bearer = port, path, bearer
        self.session = None
        self.connection = None
        self.last_event = None
        self.status = None
        self.current = None

    def headers(self, message=None):
        headers = {"Host": f"127.0.0.1:{self.port}", "Authorization": f"Bearer {self.bearer}",
                   "Accept": ACCEPT}
        if message is not None:
            headers["Content-Type"] = "application/json"
        if self.era == STATELESS or self.session:
            headers["MCP-Protocol-Version"] = REVISION[self.era]
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        if self.era == STATELESS and message:
            headers["Mcp-Method"] = message["method"]
            params = message.get("params") or {}
            if name := params.get("name") or params.get("uri"):
                headers["Mcp-Name"] = name
        return headers

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port, limit=http1.LINE_MAX)

    async def open(self):
        """In the session era the handshake; the stateless one needs none."""
        if self.era == SESSION:
            self.session = None
            kind, value = await self.request("initialize", self.initialize(), None)
            if kind != "result" or not self.session:
                raise http1.Broken(f"initialize: {kind} {value}")
            await self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def request(self, method, params, listener, pause=None, bearer=None):
        """Sends one request and returns (kind, value) of its answer: a result, an error, or a
        status without either."""
        message = {"jsonrpc": "2.0", "id": self.next_id(), "method": method,
                   "params": self.envelope(params)}
        self.current = message["id"]
        headers = self.headers(message)
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self.exchange(
                http1.request("POST", self.path, headers, encoded(message)), message["id"],
                listener, pause)

    async def exchange(self, request, identifier, listener, pause=None):
        for attempt in (1, 2):
            is_new = self.connection is None
            if is_new:
                self.connection = await self.connect()
            reader, writer = self.connection
            with contextlib.suppress(OSError):
                writer.write(request)
                await writer.drain()
            try:
                head = await http1.read_head(reader)
            except http1.Broken:
                if is_new:
                    raise
                head = None
            if head is not None:
                break
            # The gateway closed a connection that was idle; nothing of this request was read.
            self.hang_up()
            if is_new or attempt == 2:
                raise http1.Broken("closed without an answer")
        try:
            return await self.answer(head, reader, identifier, listener, pause)
        except BaseException:
            self.hang_up()
            raise

    async def answer(self, head, reader, identifier, listener, pause):
        status = self.status = int(head.line.split()[1])
        self.session = head.get("mcp-session-id") or self.session
        if "text/event-stream" not in head.get("content-type"):
            content = await http1.body(reader, head, pause)
            try:
                message = json.loads(content) if content else {}
            except ValueError:
                return "status", f"{status} with a body that is no JSON: {content[:100]}"
            if message.get("id") == identifier and type(message["id"]) is type(identifier):
                return verdict(message)
            if status == 200:
                raise http1.Broken(f"200 with another id: {content[:200]}")
            return "status", status
        found = None
        async for name, data in http1.events(reader, head, pause):
            self.last_event = name or self.last_event
            if not data:
                continue
            message = json.loads(data)
            if "method" not in message and message.get("id") == identifier:
                if found:
                    raise http1.Broken(f"a second answer: {data[:200]}")
                found = verdict(message)
            else:
                await self.heard(message, listener)
        if head.get("connection").lower() == "close":
            self.hang_up()
        if found is None:
            raise http1.Broken("a stream without its answer")
        return found

    async def heard(self, message, listener):
        answer = listener(message) if listener else None
        if answer is not None:
            await self.post({"jsonrpc": "2.0", "id": message["id"], **answer})

    async def post(self, message):
        """A notification or an answer, over a connection of its own; the status."""
        reader, writer = await self.connect()
        try:
            writer.write(http1.request("POST", self.path, self.headers(message) | {
                "Connection": "close"}, encoded(message)))
            head = await http1.read_head(reader)
            return int(head.line.split()[1]) if head else 0
        except http1.Broken:
            return 0
        finally:
            writer.transport.abort()

    async def cancel(self):
        await self.post({"jsonrpc": "2.0", "method": "notifications/cancelled",
                         "params": {"requestId": self.current, "reason": "soak"}})

    def hang_up(self):
        if self.connection:
            self.connection[1].transport.abort()
            self.connection = None

    async def stream(self, heard, message=None):
        """Holds a GET stream, or one of `subscriptions/listen`, until it ends."""
        reader, writer = await self.connect()
        try:
            writer.write(
                http1.request("POST", self.path, self.headers(message), encoded(message))
                if message else http1.request("GET", self.path, self.headers()))
            head = await http1.read_head(reader)
            if head is None or " 200 " not in head.line + " ":
                return head.line if head else "closed"
            async for _, data in http1.events(reader, head):
                if data:
                    heard(json.loads(data))
            return "ended"
        finally:
            writer.transport.abort()

    async def resume(self, identifier, listener):
        """What is left of a stream that was cut, with the answer in it."""
        reader, writer = await self.connect()
        try:
            writer.write(http1.request(
                "GET", self.path, self.headers() | {"Last-Event-ID": self.last_event}))
            async with asyncio.timeout(ANSWER_SECONDS):
                head = await http1.read_head(reader)
                if head is None or " 200 " not in head.line + " ":
                    return "status", head.line if head else "closed"
                async for _, data in http1.events(reader, head):
                    message = json.loads(data) if data else {}
                    if "method" not in message and message.get("id") == identifier:
                        return verdict(message)
                    if message:
                        await self.heard(message, listener)
            return "status", "a resumed stream without the answer"
        finally:
            writer.transport.abort()

    async def end_session(self):
        """Ends the session; the HTTP status of what is asked in it afterwards."""
        reader, writer = await self.connect()
        try:
            writer.write(http1.request("DELETE", self.path, self.headers()))
            await http1.read_head(reader)
        finally:
            writer.transport.abort()
        self.hang_up()
        await self.request("ping", {}, None)
        return self.status

    async def close(self):
        self.hang_up()
