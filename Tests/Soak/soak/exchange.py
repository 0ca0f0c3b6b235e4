"""One request at a server, and every way, right or wrong, in which it can be answered."""

import asyncio

from .words import META, STATELESS, encoded

PIECES = 12  # of an answer that is written slowly


class Exchange:
    """What both transports share; a subclass says how bytes leave."""

    def __init__(self, server, message):
        self.server = server
        self.id = message["id"]
        # Its client was asked and said nothing.
        self.was_left = False
        meta = (message.get("params") or {}).get("_meta") or {}
        self.progress_token = meta.get("progressToken")
        self.wants_log = server.era != STATELESS or META + "logLevel" in meta

    def message(self, result, identifier=None):
        """The JSON-RPC answer; what has a code is an error."""
        answer = {"jsonrpc": "2.0", "id": self.id if identifier is None else identifier}
        if "code" in result:
            return answer | {"error": result}
        if self.server.era == STATELESS:
            result = {"resultType": "complete"} | result
        return answer | {"result": result}

    async def progress(self, step, total, token):
        if self.progress_token is not None:
            await self.notify("notifications/progress", {
                "progressToken": self.progress_token, "progress": step, "total": total,
                "message": token})

    async def log(self, token):
        if self.wants_log:
            await self.notify("notifications/message",
                              {"level": "warning", "logger": "soak", "data": token})

    async def notify(self, method, params):
        await self.send({"jsonrpc": "2.0", "method": method, "params": params})

    async def mislead(self):
        """An answer to somebody else, before the right one."""
        wrong = {"content": [{"type": "text", "text": "the answer of another"}]}
        await self.send(self.message(wrong, identifier=10 ** 9))
        await self.send(self.message(wrong, identifier=str(self.id)))

    async def pester(self):
        """Requests that nobody is waiting for; the gateway answers them or not, and lives."""
        for number, method in enumerate(("ping", "roots/list", "soak/unknown")):
            await self.send({"jsonrpc": "2.0", "id": f"p{self.id}-{number}", "method": method,
                             "params": {}})
        await self.send({"jsonrpc": "2.0", "method": "notifications/soak", "params": {}})

    async def slowly(self, content, write):
        step = len(content) // PIECES + 1
        for start in range(0, len(content), step):
            await write(content[start:start + step])
            await asyncio.sleep(0.05)


def answer_bytes(exchange, result, identifier=None):
    return encoded(exchange.message(result, identifier))
