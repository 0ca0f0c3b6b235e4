"""One client: what it does, at random with its own seed, and what it makes of the answers."""

import asyncio

from . import http1
from .events_transport import EventsTransport
from .http_transport import HTTPTransport
from .verification import (
    check_belongs, check_call, check_list, foreign, heard_on_a_call, question_of)
from .words import RUN, SESSION, STATELESS, answer_to, text, token

# Weights.
ACTIONS = {
    "act": 40, "fetch": 10, "watch": 9, "slow": 5, "forbidden": 4, "unknown": 1, "list": 4,
    "cancel": 4, "hang up": 4, "slow reader": 2, "reconnect": 3, "end session": 2, "stranger": 1,
    "ask": 10, "abandon": 2, "answer twice": 2, "prompt": 3, "resource": 3,
    "completion": 2, "subscribe": 2, "resume": 3,
}
# What each optional part of the protocol brings in.
PARTS = {"input": ("ask", "abandon", "answer twice"),
         "prompts": ("prompt", "completion"), "resources": ("resource", "subscribe"),
         "resume": ("resume",)}
LARGE = (10_000, 100_000, 1_000_000)


class Client:
    """Calls tools of the servers it can reach until it is told to stop."""

    def __init__(self, number, random, transport, servers, prefix, account, without):
        """`servers`: name → era of those that it can reach."""
        self.number, self.random, self.transport = number, random, transport
        self.servers, self.has_prefix = servers, prefix
        self.account = account
        self.subscribed = set()
        self.calls = 0
        self.token = None
        self.progress = ("", 0)  # of which call, and how far
        left_out = {action for part in without for action in PARTS.get(part, ())}
        actions = {name: weight for name, weight in ACTIONS.items()
                   if name not in left_out and self.can(name)}
        self.names, self.weights = list(actions), list(actions.values())

    def can(self, action):
        is_http = isinstance(self.transport, HTTPTransport)
        if action == "hang up":
            return is_http or isinstance(self.transport, EventsTransport)
        if action in ("slow reader", "reconnect", "stranger"):
            return is_http
        if action in ("end session", "resume", "subscribe"):
            return is_http and self.transport.era == SESSION
        if action in ("ask", "abandon"):
            return bool(self.transport.capabilities)
        if action == "answer twice":
            return bool(self.transport.capabilities and self.parking
                        and self.transport.era == STATELESS)
        return True

    @property
    def parking(self):
        """The servers that wait for an answer with a call open: it can be given once only."""
        return [name for name, era in self.servers.items() if era == SESSION]

    async def run(self, stopping, pause):
        """Acts until `stopping` is set, with a pause of about so many seconds in between."""
        await asyncio.sleep(self.random.uniform(0, pause))
        try:
            await self.transport.open()
            while not stopping.is_set():
                await self.step(self.random.choices(self.names, self.weights)[0])
                await asyncio.sleep(self.random.expovariate(1 / pause))
        except Exception as error:
            self.account.violation("a client could not go on", f"{self.number}: {error!r}")
        finally:
            await self.transport.close()

    async def step(self, action):
        self.account.count(f"client: {action}")
        self.token = token(self.number, self.calls)
        self.calls += 1
        self.account.owners[self.token] = self.number
        try:
            await getattr(self, action.replace(" ", "_"), self.simple)(action)
        except (http1.Broken, OSError, TimeoutError) as error:
            self.account.violation("a request without its answer",
                                   f"{self.token} {action}: {error!r}")
            self.transport.hang_up()

    # Calls.

    def server(self):
        return self.random.choice(list(self.servers))

    def tool(self, name, server=None):
        server = server or self.server()
        return f"{server}__{name}" if self.has_prefix else name

    def params(self, tool, **arguments):
        meta = {RUN: self.token}
        if self.random.random() < 0.7:
            meta["progressToken"] = self.token
        if self.random.random() < 0.5 and self.transport.era == STATELESS:
            meta["io.modelcontextprotocol/logLevel"] = "info"
        return {"name": tool, "arguments": {"token": self.token, **arguments}, "_meta": meta}

    def listener(self, message):
        """What comes before the answer of the call that is under way."""
        if "id" not in message:
            heard_on_a_call(message, self.token, self.account)
            self.check_order(message)
            return None
        question_of(message, self.token, self.account)
        if message["method"] == "ping":
            return {"result": {}}
        return {"result": answer_to(message["method"], self.token)}

    def check_order(self, message):
        """Progress of a call only grows."""
        if message.get("method") == "notifications/progress":
            progress = (self.token, message["params"]["progress"])
            if progress <= self.progress:
                self.account.violation("progress goes back", f"{progress} after {self.progress}")
            self.progress = progress

    async def call(self, params, size=20, may_run=True, pause=None):
        """One call with all its rounds, and the check of its answer. Returns the last params."""
        for _ in range(10):
            kind, value = await self.transport.request("tools/call", params, self.listener, pause)
            if kind != "result" or value.get("resultType") != "input_required":
                break
            self.account.count("rounds of input")
            params = {name: params[name] for name in ("name", "arguments", "_meta")}
            params |= {"inputResponses": self.responses(value)}
            if "requestState" in value:
                params["requestState"] = value["requestState"]
        check_call(kind, value, self.token, text(self.token, size), may_run, self.account)
        return params

    def responses(self, value):
        found = {}
        for key, request in (value.get("inputRequests") or {}).items():
            question_of(request, self.token, self.account)
            found[key] = answer_to(request["method"], self.token)
        return found

    async def simple(self, action):
        await self.call(self.params(self.tool(action)))

    async def fetch(self, _):
        size = self.random.choice(LARGE)
        await self.call(self.params(self.tool("fetch"), size=size), size)

    async def slow_reader(self, _):
        pauses = iter(range(30))

        async def pause():
            # A flood comes in hundreds of pieces: enough is enough.
            if next(pauses, None) is not None:
                await asyncio.sleep(0.15)

        await self.call(self.params(self.tool("fetch"), size=LARGE[-1]), LARGE[-1], pause=pause)

    async def ask(self, _):
        what = self.random.choice(("elicitation", "sampling", "roots"))
        rounds = self.random.choice((1, 1, 2, 3))
        await self.call(self.params(self.tool("ask"), what=what, rounds=rounds))

    async def abandon(self, _):
        """Is asked, and never answers."""
        what = self.random.choice(("elicitation", "sampling", "roots"))
        call = await self.started(self.params(self.tool("ask"), what=what), lambda message: None)
        if not call.done():
            return await self.give_up(call)
        self.leave(*call.result())

    async def answer_twice(self, _):
        """Answers, and sends the same once more: the call must not run again."""
        tool = self.tool("ask", self.random.choice(self.parking))
        last = await self.call(self.params(tool, what="elicitation"))
        if "requestState" in last:
            kind, value = await self.transport.request("tools/call", last, self.listener)
            if foreign(value, self.token):
                self.account.violation("the answer of another", f"{self.token}: {value}"[:300])
            self.account.count(f"answered twice: {kind}")

    async def forbidden(self, _):
        self.account.must_not_run.add(self.token)
        await self.call(self.params(self.tool("forbidden")), may_run=False)

    async def unknown(self, _):
        self.account.must_not_run.add(self.token)
        kind, value = await self.transport.request(
            "tools/call", self.params(self.tool("no_such_tool")), self.listener)
        if kind != "error" or value.get("code") != -32602:
            self.account.violation("an unknown tool was not refused", f"{kind} {value}")

    async def stranger(self, _):
        self.account.must_not_run.add(self.token)
        kind, value = await self.transport.request(
            "tools/call", self.params(self.tool("act")), None, bearer="a stranger's token")
        if self.transport.status != 401:
            self.account.violation("a stranger was not refused", f"{kind} {value}")

    # Clients that give up.

    async def started(self, params, listener=None):
        call = asyncio.create_task(
            self.transport.request("tools/call", params, listener or self.listener))
        await asyncio.wait({call}, timeout=self.random.uniform(0.01, 1.0))
        return call

    async def cancel(self, _):
        call = await self.started(self.params(self.tool("slow")))
        if not call.done():
            if self.transport.era == STATELESS and isinstance(self.transport, HTTPTransport):
                return await self.give_up(call)
            await self.transport.cancel()
            # Whatever comes now: an answer, its cancellation, or the end of the stream.
            await asyncio.wait({call}, timeout=10)
        if not call.done():
            return await self.give_up(call)
        if call.exception() is None:
            self.leave(*call.result(), was_cancelled=True)
        self.transport.hang_up()

    async def hang_up(self, _):
        call = await self.started(self.params(self.tool("slow")))
        await self.give_up(call)

    async def give_up(self, call):
        call.cancel()
        await asyncio.wait({call})
        if not call.cancelled() and call.exception() is None:
            self.leave(*call.result())
        self.transport.hang_up()

    def leave(self, kind, value, was_cancelled=False):
        """What came of a call that goes no further: an answer, or a question about it. Servers that
        misbehave ask in every tool."""
        if kind == "result" and value.get("resultType") == "input_required":
            self.responses(value)
            return self.account.count("questions abandoned")
        check_call(kind, value, self.token, text(self.token, 20), True, self.account, was_cancelled)

    async def resume(self, _):
        """Cuts the stream of a call and gets the answer from where it broke."""
        self.transport.last_event = None
        params = self.params(self.tool("slow"))
        params["_meta"]["progressToken"] = self.token
        call = await self.started(params)
        if call.done():
            return check_call(*call.result(), self.token, text(self.token, 20), True, self.account)
        identifier = self.transport.current
        call.cancel()
        await asyncio.wait({call})
        self.transport.hang_up()
        if self.transport.last_event is None:
            return self.account.count("nothing to resume from")
        kind, value = await self.transport.resume(identifier, self.listener)
        self.account.count("streams resumed")
        check_call(kind, value, self.token, text(self.token, 20), True, self.account)

    async def reconnect(self, _):
        self.transport.hang_up()
        await self.simple("act")

    async def end_session(self, _):
        status = await self.transport.end_session()
        if status != 404:
            self.account.violation("an ended session goes on", f"{status}")
        await self.transport.open()

    # Everything else.

    async def list(self, _):
        kind, value = await self.transport.request("tools/list", {}, None)
        check_list(kind, value, self.servers, self.has_prefix, self.account)

    async def prompt(self, _):
        kind, value = await self.transport.request(
            "prompts/get", {"name": self.tool("hello"), "arguments": {"token": self.token}},
            self.listener)
        self.belongs("prompt", kind, value)

    async def resource(self, _):
        server = self.server()
        scheme = f"{server}+" if self.has_prefix else ""
        kind, value = await self.transport.request(
            "resources/read", {"uri": f"{scheme}soak://{server}/item/{self.token}"},
            self.listener)
        self.belongs("resource", kind, value)

    async def subscribe(self, _):
        server = self.server()
        scheme = f"{server}+" if self.has_prefix else ""
        method = self.random.choice(("resources/subscribe", "resources/unsubscribe"))
        uri = f"{scheme}soak://{server}/text"
        self.subscribed.add(uri)
        answer = await self.transport.request(method, {"uri": uri}, None)
        if answer[0] != "result":
            self.account.violation("a subscription was refused", f"{answer}")

    async def completion(self, _):
        kind, value = await self.transport.request(
            "completion/complete", {"ref": {"type": "ref/prompt", "name": self.tool("hello")},
                                    "argument": {"name": "token", "value": self.token}}, None)
        self.belongs("completion", kind, value)

    def belongs(self, what, kind, value):
        check_belongs(what, kind, value, self.token, self.account)
