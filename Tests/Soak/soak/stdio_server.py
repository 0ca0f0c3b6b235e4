"""An upstream over standard streams: a program that the gateway starts.

usage: stdio_server.py NAME ERA SEED SOCKET — reports go to the Unix socket before any answer, so
that they outlive a crash.
"""

import asyncio
import json
import os
import pathlib
import random
import secrets
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from soak.exchange import Exchange  # noqa: E402
from soak.server import Server, crash  # noqa: E402
from soak.words import META, SESSION, encoded  # noqa: E402


class StdioServer:
    """Lines in, lines out; calls run beside one another."""

    def __init__(self, name, era, seed, reports):
        self.reports = reports
        # A process that was started anew misbehaves anew.
        number = random.Random(f"{seed} {name} {time.time_ns()}")
        self.server = Server(name, era, "stdio", number, self.report)
        self.asked = {}
        self.tasks = {}

    def report(self, kind, text):
        self.reports.sendall(encoded([self.server.name, kind, text]) + b"\n")

    async def run(self):
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=16 << 20)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            await self.received(json.loads(line))

    async def received(self, message):
        method = message.get("method")
        if method is None:
            waiting = self.asked.pop(message.get("id"), None)
            if waiting and not waiting.done():
                waiting.set_result(message.get("result") or message.get("error"))
        elif method == "notifications/cancelled":
            task = self.tasks.get((message.get("params") or {}).get("requestId"))
            if task:
                task.cancel()
        elif method == "subscriptions/listen" and self.server.era != SESSION:
            self.listen(message)
        elif "id" in message:
            exchange = StdioExchange(self, message)
            if method == "initialize":
                self.server.listeners.add(self.announce)
            task = asyncio.create_task(self.server.serve(message, exchange))
            self.tasks[message["id"]] = task
            task.add_done_callback(lambda _: self.tasks.pop(message["id"], None))

    def write(self, content):
        """Waits while the gateway does not read, as a plain program does."""
        while content:
            content = content[os.write(1, content):]

    async def announce(self, method, params):
        self.write(encoded({"jsonrpc": "2.0", "method": method, "params": params}) + b"\n")

    def listen(self, message):
        meta = {META + "subscriptionId": message["id"]}

        async def tell(method, params):
            await self.announce(method, params | {"_meta": meta})

        self.server.listeners = {tell}
        wanted = message["params"].get("notifications") or {}
        self.write(encoded({
            "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": {"notifications": wanted, "_meta": meta}}) + b"\n")


class StdioExchange(Exchange):
    """An answer as a line."""

    def __init__(self, stdio, message):
        super().__init__(stdio.server, message)
        self.stdio = stdio

    async def send(self, message):
        self.stdio.write(encoded(message) + b"\n")

    async def answer(self, result, identifier=None, slowly=False, twice=False):
        line = encoded(self.message(result, identifier)) + b"\n"
        if slowly:
            # Blocks this program: pieces of two lines must not mix.
            half = len(line) // 2
            self.stdio.write(line[:half])
            time.sleep(0.2)
            line = line[half:]
        self.stdio.write(line + line if twice else line)

    async def ask(self, method, params):
        identifier = secrets.token_hex(8)
        waiting = asyncio.get_running_loop().create_future()
        self.stdio.asked[identifier] = waiting
        try:
            await self.send({"jsonrpc": "2.0", "id": identifier, "method": method,
                             "params": params})
            async with asyncio.timeout(30):
                return await waiting
        except TimeoutError:
            return None
        finally:
            self.stdio.asked.pop(identifier, None)

    async def forget(self):
        raise AssertionError("a process has no sessions to forget")

    async def read_slowly(self):
        time.sleep(0.5)

    async def never(self):
        await asyncio.sleep(60)

    async def garbage(self, result):
        self.stdio.write(b'{"jsonrpc":"2.0","id":\x00\xff{]\nthis is no JSON\n\n')
        await self.answer(result)

    async def cut(self, result):
        self.stdio.write(encoded(self.message(result))[:-5])
        crash()

    async def exit(self):
        crash()


def main():
    name, era, seed, path = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as reports:
        reports.connect(path)
        asyncio.run(StdioServer(name, era, seed, reports).run())


if __name__ == "__main__":
    main()
