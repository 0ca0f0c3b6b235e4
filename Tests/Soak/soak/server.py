"""An MCP server of either era, over whatever carries its messages. It misbehaves."""

import asyncio
import os

from . import faults
from .words import META, REVISION, SERVER_ERROR, SESSION, STATELESS, encoded, question, text

TOOLS = ("act", "fetch", "watch", "ask", "slow", "forbidden")
LATE_SECONDS = (0.2, 2.0)


class Server:
    """What one upstream says and does. `report(kind, text)` tells the soak of it."""

    def __init__(self, name, era, transport, random, report):
        self.name, self.era, self.transport = name, era, transport
        self.random, self.report = random, report
        self.has_extra = False
        self.listeners = set()

    # What it offers.

    def capabilities(self):
        return {"tools": {"listChanged": True}, "prompts": {"listChanged": True},
                "resources": {"subscribe": True, "listChanged": True}, "logging": {},
                "completions": {}}

    def tools(self):
        schema = {"type": "object", "required": ["token"],
                  "properties": {"token": {"type": "string"}, "size": {"type": "integer"},
                                 "what": {"type": "string"}, "rounds": {"type": "integer"}}}
        names = TOOLS + (("extra",) if self.has_extra else ())
        return [{"name": name, "description": f"{name} of {self.name}", "inputSchema": schema}
                for name in names]

    def list_result(self, method):
        lists = {
            "tools/list": ("tools", self.tools()),
            "prompts/list": ("prompts", [{"name": "hello", "arguments": [
                {"name": "token", "required": True}]}]),
            "resources/list": ("resources", [{"uri": f"soak://{self.name}/text", "name": "text"}]),
            "resources/templates/list": ("resourceTemplates", [
                {"uriTemplate": f"soak://{self.name}/item/{{token}}", "name": "item"}]),
        }
        if method not in lists:
            return None
        member, entries = lists[method]
        return self.cached({member: entries})

    def cached(self, result):
        if self.era == STATELESS:
            result |= {"ttlMs": 60_000, "cacheScope": "public"}
        return result

    # What it does.

    async def serve(self, message, exchange):
        """Answers one request."""
        method, params = message["method"], message.get("params") or {}
        if method == "tools/call":
            return await self.call(params, exchange)
        result = self.plain(method, params)
        if result is None:
            result = {"code": -32601, "message": "unknown"}
        await exchange.answer(result)

    def plain(self, method, params):
        """The answer to what needs no time; an error has a code."""
        if self.era == STATELESS and method == "server/discover":
            return self.cached({
                "supportedVersions": [REVISION[STATELESS]], "capabilities": self.capabilities(),
                "_meta": {META + "serverInfo": {"name": self.name, "version": "1"}}})
        if self.era == SESSION and method == "initialize":
            return {"protocolVersion": REVISION[SESSION], "capabilities": self.capabilities(),
                    "serverInfo": {"name": self.name, "version": "1"}}
        if self.era == SESSION and method in ("ping", "logging/setLevel", "resources/subscribe",
                                              "resources/unsubscribe"):
            return {}
        if method == "prompts/get":
            token = params["arguments"]["token"]
            return {"messages": [{"role": "user",
                                  "content": {"type": "text", "text": text(token, 10)}}]}
        if method == "resources/read":
            word = params["uri"].rpartition("/")[2]
            return self.cached({"contents": [{"uri": params["uri"], "mimeType": "text/plain",
                                              "text": text(word, 10)}]})
        if method == "completion/complete":
            return {"completion": {"values": [params["argument"]["value"]], "hasMore": False}}
        return self.list_result(method)

    def run(self, token):
        self.report("ran", token)

    async def call(self, params, exchange):
        name, arguments = params["name"], params.get("arguments") or {}
        token = arguments["token"]
        fault = faults.choose(self.random, self.era, self.transport)
        if fault:
            self.report("fault", fault)
        if fault == "forget":
            return await exchange.forget()
        if fault == "slow read":
            await exchange.read_slowly()
        if name == "ask":
            if not await self.ask(params, token, arguments, exchange):
                return
        else:
            self.run(token)
        if name == "watch":
            for step in range(5):
                await exchange.progress(step + 1, 5, token)
                await exchange.log(token)
        if name == "slow":
            # A sign of life: the answer becomes a stream, which can be cut and resumed.
            await exchange.progress(1, 2, token)
            await asyncio.sleep(self.random.uniform(0.3, 3))
        await self.answer(exchange, fault, token, arguments)

    async def ask(self, params, token, arguments, exchange):
        """Asks the client; whether the call is to be answered now."""
        what, rounds = arguments.get("what", "elicitation"), arguments.get("rounds", 1)
        if self.era == SESSION:
            for number in range(rounds):
                method, asked = question(what, token, number)
                response = await exchange.ask(method, asked)
                exchange.was_left |= response is None
                self.check_answer(token, response)
            self.run(token)
            return True
        declared = (params.get("_meta") or {}).get(META + "clientCapabilities") or {}
        state = (params.get("requestState") or "").split(":")
        done = int(state[1]) if len(state) == 3 else 0
        if done:
            if state[0] != token or state[2] != self.name:
                self.report("violation", f"state of another call: {params['requestState']}")
            for response in (params.get("inputResponses") or {}).values():
                self.check_answer(token, response)
        if what not in declared or done == rounds:
            self.run(token)
            return True
        method, asked = question(what, token, done)
        await exchange.answer({
            "resultType": "input_required", "requestState": f"{token}:{done + 1}:{self.name}",
            "inputRequests": {f"q{done}": {"method": method, "params": asked}}})
        return False

    def check_answer(self, token, response):
        """An answer that says anything must say it about this call."""
        if response is None or "code" in response or response.get("action") == "decline":
            self.report("fault", "question refused")
        elif token.encode() not in encoded(response):
            self.report("violation", f"the answer of another: {token} got {response}")
        else:
            self.report("fault", "question answered")

    async def answer(self, exchange, fault, token, arguments):
        size = arguments.get("size", 20)
        result = {"content": [{"type": "text", "text": text(token, size)}], "isError": False}
        match fault:
            case "late":
                await asyncio.sleep(self.random.uniform(*LATE_SECONDS))
            # A call whose client never answers stays parked for longer than the soak would wait.
            case "never" if not exchange.was_left:
                return await exchange.never()
            case "error":
                result = {"code": SERVER_ERROR, "message": f"{token} fails"}
            case "wrong id":
                return await exchange.answer(result, identifier="nobody")
            case "wrong id first":
                await exchange.mislead()
            case "garbage":
                return await exchange.garbage(result)
            case "cut":
                return await exchange.cut(result)
            case "slow write":
                return await exchange.answer(result, slowly=True)
            case "twice":
                return await exchange.answer(result, twice=True)
            case "flood":
                for step in range(100, 400):
                    await exchange.progress(step, 400, token)
                    await exchange.log(token)
            case "asks":
                await exchange.pester()
            case "list change":
                self.has_extra = not self.has_extra
                await self.announce("notifications/tools/list_changed", {})
                await self.announce("notifications/resources/updated",
                                    {"uri": f"soak://{self.name}/text"})
            case "huge":
                result["content"][0]["text"] = text(token, faults.HUGE)
            case "exit":
                return await exchange.exit()
        await exchange.answer(result)

    async def announce(self, method, params):
        for listener in list(self.listeners):
            await listener(method, params)


def crash():
    """Ends the process as a crash does: nothing is flushed, nobody is told."""
    os._exit(3)
