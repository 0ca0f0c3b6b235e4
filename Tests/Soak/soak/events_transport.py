"""A client over HTTP+SSE (2024-11-05): one stream for all that comes, a POST for all that goes."""

import asyncio
import contextlib
import json

from . import http1
from .transport import Transport, verdict
from .words import SESSION, encoded

ANSWER_SECONDS = 45


class EventsTransport(Transport):
    """The stream is the session: who hangs up begins anew."""

    def __init__(self, number, asks, port, path, bearer):
        super().__init__(SESSION, number, asks)
        self.port, self.path, self.bearer = port, path, bearer
        self.writer = self.reading = None
        self.waiting, self.listener = {}, None

    def headers(self, **more):
        return {"Host": f"127.0.0.1:{self.port}", "Authorization": f"Bearer {self.bearer}"} | more

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port, limit=http1.LINE_MAX)

    async def open(self):
        self.hang_up()
        reader, self.writer = await self.connect()
        self.writer.write(
            http1.request("GET", self.path, self.headers(Accept="text/event-stream")))
        head = await http1.read_head(reader)
        if head is None or " 200 " not in head.line + " ":
            raise http1.Broken(f"no stream: {head and head.line}")
        endpoint = asyncio.get_running_loop().create_future()
        self.waiting = {}
        self.reading = asyncio.create_task(self.read(reader, head, endpoint, self.waiting))
        async with asyncio.timeout(ANSWER_SECONDS):
            self.target = await endpoint
        kind, value = await self.request("initialize", self.initialize(), None)
        if kind != "result":
            raise http1.Broken(f"initialize: {kind} {value}")
        await self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def read(self, reader, head, endpoint, waiting):
        """The first event names the endpoint; every other one is a message."""
        reason = "the stream ended"
        try:
            async for _, data in http1.events(reader, head):
                if not endpoint.done():
                    endpoint.set_result(data)
                elif data:
                    await self.heard(json.loads(data), waiting)
        except http1.Broken as error:
            reason = f"the stream broke: {error}"
        finally:
            for future in (endpoint, *waiting.values()):
                if not future.done():
                    future.set_exception(http1.Broken(reason))
                    future.exception()  # nobody may be left to hear it

    async def heard(self, message, waiting):
        if "method" not in message:
            future = waiting.pop(message.get("id"), None)
            if future and not future.done():
                future.set_result(verdict(message))
            return
        answer = self.listener(message) if self.listener else None
        if answer is not None:
            await self.post({"jsonrpc": "2.0", "id": message["id"], **answer})

    async def post(self, message):
        """A message, over a connection of its own; the status."""
        reader, writer = await self.connect()
        try:
            writer.write(http1.request("POST", self.target, self.headers(
                **{"Content-Type": "application/json", "Connection": "close"}), encoded(message)))
            head = await http1.read_head(reader)
            return int(head.line.split()[1]) if head else 0
        except http1.Broken:
            return 0
        finally:
            writer.transport.abort()

    async def request(self, method, params, listener, pause=None, bearer=None):
        if self.writer is None:
            await self.open()
        identifier = self.current = self.next_id()
        future = self.waiting[identifier] = asyncio.get_running_loop().create_future()
        self.listener = listener
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status = await self.post({"jsonrpc": "2.0", "id": identifier, "method": method,
                                          "params": self.envelope(params)})
                if status != 202:
                    return "status", status
                return await future
        finally:
            self.waiting.pop(identifier, None)

    async def cancel(self):
        await self.post({"jsonrpc": "2.0", "method": "notifications/cancelled",
                         "params": {"requestId": self.current, "reason": "soak"}})

    def hang_up(self):
        if self.writer:
            self.writer.transport.abort()
            self.writer = None
        if self.reading and self.reading is not asyncio.current_task():
            self.reading.cancel()
        self.reading = None

    async def close(self):
        reading = self.reading
        self.hang_up()
        if reading:
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await reading
