"""What is tested, and what a peer needs of it."""

from dataclasses import dataclass, field

from .schemas import Schemas

STATELESS = "2026-07-28"
SESSION = "2025-11-25"
CLIENT = {"name": "conformance", "version": "1.0.0"}
CAPABILITIES = {"sampling": {}, "elicitation": {}, "roots": {}}


class RPCError(Exception):
    """The server answered with a JSON-RPC error."""

    def __init__(self, error: dict, status: int) -> None:
        super().__init__(f"JSON-RPC error {error.get('code')}: {error.get('message')}")
        self.code = error.get("code")
        self.data = error.get("data")
        self.status = status


class NoAnswer(Exception):
    """There was an answer, but no response in it."""


def result_of(reply, method: str) -> dict:
    """The result of an answer, of whatever era."""
    message = reply.message
    if isinstance(message.get("error"), dict):
        raise RPCError(message["error"], reply.status)
    if not isinstance(message.get("result"), dict):
        raise NoAnswer(f"{method} was answered with HTTP {reply.status}: {reply.text[:200]!r}")
    return message["result"]


@dataclass
class Target:
    """The endpoint that is tested and the names that things have there."""

    url: str
    revision: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    schemas: Schemas | None = None
    # The server's name at an endpoint where several are offered under names of their own.
    server: str = ""

    @property
    def is_stateless(self) -> bool:
        return self.revision >= STATELESS

    def name(self, own: str) -> str:
        return f"{self.server}__{own}" if self.server else own

    def uri(self, own: str) -> str:
        return f"{self.server.lower().replace('_', '.')}+{own}" if self.server else own
