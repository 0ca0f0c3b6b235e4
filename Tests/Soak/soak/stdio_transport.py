"""A client that starts `sallyport stdio`, as a desktop program does."""

import asyncio
import json

from . import http1
from .transport import Transport, verdict
from .words import SESSION, encoded

ANSWER_SECONDS = 45


class StdioTransport(Transport):
    """Lines to and from a child of its own."""

    def __init__(self, era, number, asks, command, environment):
        super().__init__(era, number, asks)
        self.command, self.environment = command, environment
        self.child = None

    async def open(self):
        self.waiting, self.listeners = {}, {}
        self.child = await asyncio.create_subprocess_exec(
            *self.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env=self.environment, limit=32 << 20)
        self.reading = asyncio.create_task(self.read())
        if self.era == SESSION:
            kind, value = await self.request("initialize", self.initialize(), None)
            if kind != "result":
                raise http1.Broken(f"initialize: {kind} {value}")
            await self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def read(self):
        try:
            while line := await self.child.stdout.readline():
                message = json.loads(line)
                if "method" not in message:
                    waiting = self.waiting.pop(message.get("id"), None)
                    if waiting and not waiting.done():
                        waiting.set_result(verdict(message))
                    continue
                listener = next(iter(self.listeners.values()), None)
                answer = listener(message) if listener else None
                if answer is not None:
                    await self.send({"jsonrpc": "2.0", "id": message["id"], **answer})
        finally:
            for waiting in self.waiting.values():
                if not waiting.done():
                    waiting.set_exception(http1.Broken("the child ended"))
                    waiting.exception()  # nobody may be left to hear it

    async def send(self, message):
        self.child.stdin.write(encoded(message) + b"\n")
        await self.child.stdin.drain()

    async def request(self, method, params, listener, pause=None, bearer=None):
        identifier = self.current = self.next_id()
        self.waiting[identifier] = asyncio.get_running_loop().create_future()
        self.listeners = {identifier: listener} if listener else {}
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.send({"jsonrpc": "2.0", "id": identifier, "method": method,
                                 "params": self.envelope(params)})
                return await self.waiting[identifier]
        finally:
            self.waiting.pop(identifier, None)

    async def cancel(self):
        await self.send({"jsonrpc": "2.0", "method": "notifications/cancelled",
                         "params": {"requestId": self.current, "reason": "soak"}})

    def hang_up(self):
        """A pipe cannot be hung up on without ending the child."""

    async def close(self):
        if self.child is None:
            return
        self.child.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self.child.wait()
        except TimeoutError:
            self.child.kill()
            await self.child.wait()
        self.reading.cancel()
        self.child = None
