"""All upstreams of a soak: those over HTTP live here, those over stdio report here."""

import asyncio
import json
import random

from .events_server import EventsServer
from .http_server import HTTPServer
from .verification import TOKEN
from .words import SESSION, STATELESS

# How many of each.
HTTP = {STATELESS: 8, SESSION: 7}
STDIO = {STATELESS: 2, SESSION: 3}
EVENTS = 2


class Upstreams:
    """Names them `h0…`, `e0…`, `s0…` by transport, and keeps what they report."""

    def __init__(self, seed, scratch, account):
        self.account = account
        self.path = scratch / "reports.sock"
        self.http, self.events, self.stdio, self.eras = {}, {}, {}, {}
        for era, count in HTTP.items():
            for _ in range(count):
                name = f"h{len(self.http)}"
                self.eras[name] = era
                self.http[name] = HTTPServer(
                    name, era, random.Random(f"{seed} {name}"),
                    lambda kind, text, name=name: self.report(name, kind, text))
        for number in range(EVENTS):
            name = f"e{number}"
            self.eras[name] = SESSION
            self.events[name] = EventsServer(
                name, random.Random(f"{seed} {name}"),
                lambda kind, text, name=name: self.report(name, kind, text))
        for era, count in STDIO.items():
            for _ in range(count):
                name = f"s{len(self.stdio)}"
                self.eras[name] = self.stdio[name] = era

    async def start(self):
        self.reports = await asyncio.start_unix_server(self.connected, str(self.path))
        for server in (*self.http.values(), *self.events.values()):
            await server.start()

    async def stop(self):
        for server in (*self.http.values(), *self.events.values()):
            await server.stop()
        self.reports.close()

    async def connected(self, reader, writer):
        try:
            while line := await reader.readline():
                self.report(*json.loads(line))
        except OSError:
            pass
        finally:
            writer.close()

    def is_of_one_agent(self, text):
        """Whether an answer is another's only because nothing tells the two apart."""
        token, *others = TOKEN.findall(text)[:2] or [None]
        return (text.startswith("the answer of another") and bool(others)
                and self.account.is_one_agent(token, others[0]))

    def report(self, name, kind, text):
        if kind == "ran":
            self.account.executed(name, text)
        elif kind == "fault":
            self.account.count(f"upstream: {text}")
        elif self.is_of_one_agent(text):
            self.account.count("answered: in another call of the same agent")
        else:
            self.account.violation(f"seen by an upstream: {text.partition(':')[0]}",
                                   f"{name}: {text}")
