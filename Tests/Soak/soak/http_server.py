"""An upstream over streamable HTTP, in this process."""

import asyncio
import json
import secrets

from . import http1
from .exchange import Exchange, answer_bytes
from .server import Server
from .words import META, SESSION, STATELESS, encoded

ASK_SECONDS = 30


class HTTPServer:
    """Listens on a port of its own; a crash closes it with all its connections for a moment."""

    def __init__(self, name, era, random, report):
        self.server = Server(name, era, "http", random, report)
        self.report = report
        self.sessions = {}
        self.asked = {}
        self.port = 0
        self.listening = None
        self.connections = {}
        self.restarts = set()

    async def start(self):
        self.listening = await asyncio.start_server(
            self.connected, "127.0.0.1", self.port, limit=http1.LINE_MAX)
        self.port = self.listening.sockets[0].getsockname()[1]

    async def stop(self):
        for task in self.restarts:
            task.cancel()
        self.close()

    def close(self):
        if self.listening:
            self.listening.close()
            self.listening = None
        for writer in list(self.connections.values()):
            writer.transport.abort()
        self.sessions.clear()

    def crash(self):
        """Everything is gone, and comes back a little later at the same port."""
        self.close()

        async def restart():
            await asyncio.sleep(0.3)
            await self.start()

        task = asyncio.get_running_loop().create_task(restart())
        self.restarts.add(task)
        task.add_done_callback(self.restarts.discard)

    async def connected(self, reader, writer):
        task = asyncio.current_task()
        self.connections[task] = writer
        try:
            while head := await http1.read_head(reader):
                content = await http1.body(reader, head)
                if not await self.serve(head, content, reader, writer):
                    break
        except (http1.Broken, OSError, asyncio.CancelledError):
            pass
        finally:
            del self.connections[task]
            writer.transport.abort()

    async def serve(self, head, content, reader, writer):
        """Answers one HTTP request; whether the connection can be used again."""
        method = head.line.split()[0]
        session = head.get("mcp-session-id")
        is_session = self.server.era == SESSION
        if is_session and session and session not in self.sessions:
            writer.write(http1.response("404 Not Found"))
        elif method == "POST":
            return await self.post(head, content, session, reader, writer)
        elif method == "GET" and is_session:
            return await self.stream(session, writer)
        elif method == "DELETE" and is_session:
            del self.sessions[session]
            writer.write(http1.response("200 OK"))
        else:
            writer.write(http1.response("405 Method Not Allowed", headers=[("Allow", "POST")]))
        await writer.drain()
        return True

    async def post(self, head, content, session, reader, writer):
        message = json.loads(content)
        if "method" not in message:
            waiting = self.asked.pop((session, message.get("id")), None)
            if waiting and not waiting.done():
                waiting.set_result(message.get("result") or message.get("error"))
            writer.write(http1.response("202 Accepted"))
        elif "id" not in message:
            writer.write(http1.response("202 Accepted"))
        elif message["method"] == "subscriptions/listen" and self.server.era == STATELESS:
            return await self.listen(message, writer)
        elif message["method"] == "initialize" and self.server.era == SESSION:
            session = secrets.token_hex(12)
            self.sessions[session] = True
            exchange = HTTPExchange(self, message, session, reader, writer)
            result = self.server.plain("initialize", {})
            writer.write(http1.response("200 OK", answer_bytes(exchange, result),
                                        headers=[("Mcp-Session-Id", session)]))
        elif self.server.era == SESSION and not session:
            writer.write(http1.response("400 Bad Request"))
        else:
            self.check_headers(head, message)
            exchange = HTTPExchange(self, message, session, reader, writer)
            await self.server.serve(message, exchange)
            return not exchange.is_spent
        await writer.drain()
        return True

    def check_headers(self, head, message):
        """The headers that repeat the body (MCP 2026-07-28) must do so."""
        # A client with sessions has the gateway ask for one, which this server refuses.
        if self.server.era != STATELESS or message["method"] == "initialize":
            return
        params = message.get("params") or {}
        name = params.get("uri") or params.get("name") or ""
        said = (head.get("mcp-method"), head.get("mcp-name"))
        if said != (message["method"], name):
            self.report("violation", f"wrong headers: {said} of {message['method']} {name}")

    async def stream(self, session, writer):
        writer.write(http1.stream_head())

        async def tell(method, params):
            message = encoded({"jsonrpc": "2.0", "method": method, "params": params})
            writer.write(http1.chunk(http1.event(message)))

        return await self.hold(tell, writer)

    async def listen(self, message, writer):
        meta = {META + "subscriptionId": message["id"]}
        writer.write(http1.stream_head())

        async def tell(method, params):
            told = encoded({"jsonrpc": "2.0", "method": method, "params": params | {"_meta": meta}})
            writer.write(http1.chunk(http1.event(told)))

        wanted = message["params"].get("notifications") or {}
        await tell("notifications/subscriptions/acknowledged", {"notifications": wanted})
        return await self.hold(tell, writer)

    async def hold(self, tell, writer):
        """Keeps an announcing stream until its connection is gone."""
        self.server.listeners.add(tell)
        try:
            while not writer.transport.is_closing():
                await asyncio.sleep(5)
                writer.write(http1.chunk(b": still here\n\n"))
        finally:
            self.server.listeners.discard(tell)
        return False


class HTTPExchange(Exchange):
    """An answer as a body, or as a stream once something else was sent."""

    def __init__(self, http, message, session, reader, writer):
        super().__init__(http.server, message)
        self.http, self.session, self.reader, self.writer = http, session, reader, writer
        self.is_stream = False
        self.is_spent = False

    async def send(self, message):
        if not self.is_stream:
            self.is_stream = True
            self.writer.write(http1.stream_head())
        self.writer.write(http1.chunk(http1.event(encoded(message))))
        await self.writer.drain()

    async def answer(self, result, identifier=None, slowly=False, twice=False):
        if twice:
            await self.send(self.message(result, identifier))
        if self.is_stream:
            await self.send(self.message(result, identifier))
            self.writer.write(http1.chunk(b""))
        else:
            content = http1.response("200 OK", answer_bytes(self, result, identifier))
            await (self.slowly(content, self.write) if slowly else self.write(content))
        await self.writer.drain()

    async def write(self, content):
        self.writer.write(content)
        await self.writer.drain()

    async def ask(self, method, params):
        """The client's answer, or its error, or None."""
        identifier = f"{self.server.name}-{self.id}-{secrets.token_hex(4)}"
        waiting = asyncio.get_running_loop().create_future()
        self.http.asked[(self.session, identifier)] = waiting
        try:
            await self.send({"jsonrpc": "2.0", "id": identifier, "method": method,
                             "params": params})
            async with asyncio.timeout(ASK_SECONDS):
                return await waiting
        except TimeoutError:
            return None
        finally:
            self.http.asked.pop((self.session, identifier), None)

    async def forget(self):
        self.http.sessions.clear()
        await self.write(http1.response("404 Not Found"))

    async def read_slowly(self):
        await asyncio.sleep(0.5)

    async def never(self):
        """Silence until the gateway gives up."""
        self.is_spent = True
        try:
            async with asyncio.timeout(60):
                await self.reader.read(1)
        except TimeoutError:
            self.http.report("violation", f"kept waiting for 60 s: call {self.id}")

    async def garbage(self, result):
        self.is_spent = True
        await self.write(http1.response("200 OK", b'{"jsonrpc":"2.0","id":' + b"\x00\xff{]" * 9))

    async def cut(self, result):
        self.is_spent = True
        content = http1.response("200 OK", answer_bytes(self, result))
        if self.is_stream:
            content = b"ffff\r\ndata: {"
        await self.write(content[:-5])

    async def exit(self):
        self.is_spent = True
        self.http.crash()
