"""An upstream over HTTP+SSE (2024-11-05), in this process."""

import asyncio
import contextlib
import json
import secrets

from . import http1
from .exchange import Exchange
from .http_server import ASK_SECONDS, HTTPServer
from .words import SESSION, encoded


class EventsServer(HTTPServer):
    """Each session is a stream; what is posted is answered over it."""

    def __init__(self, name, random, report):
        super().__init__(name, SESSION, random, report)
        self.server.transport = "events"
        self.calls = {}

    async def serve(self, head, content, reader, writer):
        method, target, _ = head.line.split()
        if method == "GET" and target == "/sse":
            return await self.stream(None, writer)
        session = self.sessions.get(target.partition("?session=")[2])
        if method != "POST" or session is None:
            writer.write(http1.response("404 Not Found"))
        else:
            writer.write(http1.response("202 Accepted"))
            self.received(json.loads(content), session)
        await writer.drain()
        return True

    async def stream(self, _, writer):
        session = Session(writer)
        self.sessions[session.name] = session
        writer.write(http1.stream_head())
        endpoint = f"event: endpoint\ndata: /messages?session={session.name}\n\n"
        writer.write(http1.chunk(endpoint.encode()))

        async def tell(method, params):
            await session.send({"jsonrpc": "2.0", "method": method, "params": params})

        try:
            return await self.hold(tell, writer)
        finally:
            self.sessions.pop(session.name, None)

    def received(self, message, session):
        if "method" not in message:
            waiting = self.asked.pop((session.name, message.get("id")), None)
            if waiting and not waiting.done():
                waiting.set_result(message.get("result") or message.get("error"))
        elif message["method"] == "notifications/cancelled":
            call = self.calls.get((session.name, message["params"]["requestId"]))
            if call:
                call.cancel()
        elif "id" in message:
            key = (session.name, message["id"])
            call = asyncio.create_task(
                self.server.serve(message, EventsExchange(self, message, session)))
            self.calls[key] = call
            call.add_done_callback(lambda _: self.calls.pop(key, None))


class Session:
    """A stream, one event after the other."""

    def __init__(self, writer):
        self.name = secrets.token_hex(12)
        self.writer = writer
        self.turn = asyncio.Lock()

    async def send(self, message, slowly=False):
        event = http1.chunk(http1.event(encoded(message)))
        async with self.turn:
            with contextlib.suppress(OSError):
                for piece in (event[:len(event) // 2], event[len(event) // 2:]):
                    self.writer.write(piece)
                    await self.writer.drain()
                    if slowly:
                        await asyncio.sleep(0.2)


class EventsExchange(Exchange):
    """An answer as an event."""

    def __init__(self, events, message, session):
        super().__init__(events.server, message)
        self.events, self.session = events, session

    async def send(self, message):
        await self.session.send(message)

    async def answer(self, result, identifier=None, slowly=False, twice=False):
        for _ in range(2 if twice else 1):
            await self.session.send(self.message(result, identifier), slowly)

    async def ask(self, method, params):
        """The client's answer, or its error, or None."""
        identifier = secrets.token_hex(8)
        waiting = asyncio.get_running_loop().create_future()
        self.events.asked[(self.session.name, identifier)] = waiting
        try:
            await self.send({"jsonrpc": "2.0", "id": identifier, "method": method,
                             "params": params})
            async with asyncio.timeout(ASK_SECONDS):
                return await waiting
        except TimeoutError:
            return None
        finally:
            self.events.asked.pop((self.session.name, identifier), None)

    async def forget(self):
        raise AssertionError("the stream is the session: it is cut instead")

    async def read_slowly(self):
        await asyncio.sleep(0.5)

    async def never(self):
        await asyncio.sleep(60)

    async def garbage(self, result):
        async with self.session.turn:
            self.session.writer.write(
                http1.chunk(b'event: message\ndata: {"jsonrpc":"2.0","id":\x00\xff{]\n\n'))
        await self.answer(result)

    async def cut(self, result):
        event = http1.chunk(http1.event(encoded(self.message(result))))
        async with self.session.turn:
            self.session.writer.write(event[:-5])
            self.session.writer.transport.abort()

    async def exit(self):
        self.events.crash()
