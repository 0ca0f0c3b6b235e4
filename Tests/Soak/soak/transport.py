"""What all clients share, whatever carries their messages."""

import itertools

from .words import META, REVISION, STATELESS

CAPABILITIES = {"elicitation": {"form": {}}, "sampling": {}, "roots": {}}


class Transport:
    """One client's way to the gateway. Ids are numbers, texts and numbers beyond 2⁵³ in turns."""

    def __init__(self, era, number, asks):
        self.era, self.number = era, number
        self.capabilities = CAPABILITIES if asks else {}
        self.ids = itertools.count(1)

    def next_id(self):
        number = next(self.ids)
        return (number, f"c{self.number}-{number}", 2 ** 53 + number)[number % 3]

    def envelope(self, params):
        """The params of a request as the era wants them."""
        if self.era != STATELESS:
            return params
        meta = {META + "protocolVersion": REVISION[self.era],
                META + "clientCapabilities": self.capabilities,
                META + "clientInfo": {"name": f"soak-{self.number}", "version": "1"}}
        return params | {"_meta": meta | params.get("_meta", {})}

    def initialize(self):
        return {"protocolVersion": REVISION[self.era], "capabilities": self.capabilities,
                "clientInfo": {"name": f"soak-{self.number}", "version": "1"}}


def verdict(message):
    """An answer as (kind, value)."""
    if "result" in message:
        return "result", message["result"]
    return "error", message.get("error")
