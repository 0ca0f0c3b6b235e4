"""Streams that clients hold beside their calls: what is told there must be for them."""

import asyncio

from . import http1
from .words import META, STATELESS


class Listening:
    """One client's GET stream, or its `subscriptions/listen`, opened again whenever it ends."""

    def __init__(self, client, account, resources):
        self.client, self.account = client, account
        if resources and client.transport.era == STATELESS:
            client.subscribed.update(self.uri(server) for server in client.servers)
        self.is_acknowledged = False

    def uri(self, server):
        own = f"soak://{server}/text"
        return f"{server}+{own}" if self.client.has_prefix else own

    def request(self):
        transport = self.client.transport
        if transport.era != STATELESS:
            return None
        wanted = {"toolsListChanged": True}
        if self.client.subscribed:
            wanted["resourceSubscriptions"] = sorted(self.client.subscribed)
        return {"jsonrpc": "2.0", "id": f"listen-{self.client.number}",
                "method": "subscriptions/listen",
                "params": transport.envelope({"notifications": wanted})}

    async def run(self, stopping, pause):
        while not stopping.is_set():
            await asyncio.sleep(self.client.random.uniform(pause / 2, 2 * pause))
            self.is_acknowledged = False
            self.account.count("streams opened")
            seconds = self.client.random.uniform(5, 60)
            try:
                async with asyncio.timeout(seconds):
                    await self.client.transport.stream(self.heard, self.request())
            except (TimeoutError, http1.Broken, OSError):
                pass

    def heard(self, message):
        method = message.get("method", "?").removeprefix("notifications/")
        if "id" in message and "method" in message:
            return self.account.violation("a question on a stream of no call", f"{message}"[:200])
        if self.client.transport.era == STATELESS:
            self.check_subscription(message, method)
        uri = (message.get("params") or {}).get("uri")
        if method == "resources/updated" and uri not in self.client.subscribed:
            self.account.violation("an update of what nobody asked for", f"{uri}")
        self.account.count(f"told: {method}")

    def check_subscription(self, message, method):
        members = message.get("params") or message.get("result") or {}
        name = (members.get("_meta") or {}).get(META + "subscriptionId")
        if name != f"listen-{self.client.number}":
            self.account.violation("a notification of another's subscription", f"{message}"[:200])
        if not self.is_acknowledged and method != "subscriptions/acknowledged":
            self.account.violation("told before the acknowledgement", f"{message}"[:200])
        self.is_acknowledged = True
