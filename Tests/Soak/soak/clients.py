"""All clients of a soak: who speaks what, over what, to which endpoint."""

import asyncio
import random

from .client import PARTS as CLIENT_PARTS
from .client import Client
from .events_transport import EventsTransport
from .gateway import AGENTS
from .http_transport import HTTPTransport
from .listening import Listening
from .stdio_transport import StdioTransport
from .words import SESSION, STATELESS

# Of 200 clients: these over stdio, the others over HTTP in both eras by turns.
STDIO = 8
# What can be left out on the command line.
PARTS = (*CLIENT_PARTS, "servers", "listen")
# What must have happened in a run of a minute or more, by part; None is always there.
MUST_HAPPEN = {
    None: ("answered: right", "answered: denied, as it should be", "answered: list",
           "answered: upstream_failed", "heard: progress"),
    "input": ("asked: elicitation/create", "asked: sampling/createMessage", "rounds of input",
              "upstream: question answered"),
    "prompts": ("answered: prompt", "answered: completion"),
    "resources": ("answered: resource", "client: subscribe"),
    "resume": ("streams resumed",),
    "listen": ("told: subscriptions/acknowledged", "told: tools/list_changed"),
}
ENOUGH_SECONDS = 60
# Of the calls that are not denied.
GO_WELL = 0.7


def check_that_much_happened(options, account, upstreams):
    """A part of the protocol that is quietly missing is a violation, not a pass."""
    if options.seconds < ENOUGH_SECONDS:
        return
    for part, counts in MUST_HAPPEN.items():
        for what in counts if part not in options.without else ():
            account.require(what)
    account.require_success(GO_WELL, upstreams.eras)


def is_stdio(number):
    return number < STDIO


def is_events(number):
    """Each tenth: over HTTP+SSE."""
    return not is_stdio(number) and number % 10 == 3


def agent_of(number):
    """Whose token a client has."""
    if number is None:
        return None
    return "local" if is_stdio(number) else f"a{number % AGENTS}"


def start(options, account, gateway, upstreams, stopping):
    """Starts all clients and their streams, and returns their tasks."""
    pause = options.clients / options.rate
    tasks = []
    for number in range(options.clients):
        client = make(number, options, account, gateway, upstreams)
        tasks.append(asyncio.create_task(client.run(stopping, pause)))
        if not is_stdio(number) and number % 5 == 0 and "listen" not in options.without:
            listening = Listening(client, account, "resources" not in options.without)
            tasks.append(asyncio.create_task(listening.run(stopping, pause)))
    return tasks


def make(number, options, account, gateway, upstreams):
    chance = random.Random(f"{options.seed} client {number}")
    era = (STATELESS, SESSION)[number % 2]
    asks = "input" not in options.without and chance.random() < 0.7
    servers = upstreams.eras
    path, is_aggregated = "/mcp", True
    if not is_stdio(number) and number % 4 == 1 and "servers" not in options.without:
        name = chance.choice(list(servers))
        servers, path, is_aggregated = {name: servers[name]}, f"/servers/{name}/mcp", False
    if is_events(number):
        path = path.replace("mcp", "sse")
    if is_stdio(number):
        transport = StdioTransport(era, number, asks, gateway.command("stdio"), gateway.environment)
    elif is_events(number):
        transport = EventsTransport(number, asks, gateway.port, path,
                                    gateway.tokens[number % AGENTS])
    else:
        transport = HTTPTransport(era, number, asks, gateway.port, path,
                                  gateway.tokens[number % AGENTS])
    return Client(number, chance, transport, servers, is_aggregated, account, options.without)
