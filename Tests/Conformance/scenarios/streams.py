"""The transport: hosts and origins, streams side by side."""

import threading
import urllib.parse

from peer.target import CLIENT, Target
from peer.wire import BOTH_TYPES, Exchange, Reply, encode
from registry import Check, scenario

EVIL = "evil.example.com"


def probe(target: Target, host: str, origin: str) -> Reply:
    """The first request that a client makes, with a host and an origin of its choice."""
    if target.is_stateless:
        method = "server/discover"
        key = "io.modelcontextprotocol/"
        params = {"_meta": {
            key + "protocolVersion": target.revision, key + "clientInfo": CLIENT,
            key + "clientCapabilities": {},
        }}
    else:
        method = "initialize"
        params = {
            "protocolVersion": target.revision, "capabilities": {}, "clientInfo": CLIENT
        }
    headers = [
        ("Host", host), ("Origin", f"http://{origin}"), ("Content-Type", "application/json"),
        ("Accept", BOTH_TYPES), ("MCP-Protocol-Version", target.revision),
        ("Mcp-Method", method), *target.headers,
    ]
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    with Exchange(target.url, "POST", headers, encode(message)) as exchange:
        for received in exchange.messages():
            exchange.reply.messages.append(received)
            if "method" not in received:
                break
    return exchange.reply


@scenario("dns-rebinding-protection")
def dns_rebinding(check: Check) -> None:
    host = urllib.parse.urlsplit(check.target.url).netloc
    for given, origin in ((EVIL, EVIL), (EVIL, host), (host, EVIL)):
        status = probe(check.target, given, origin).status
        check.that(
            400 <= status < 500,
            f"Host {given} with Origin {origin} is answered with HTTP {status}",
        )
    status = probe(check.target, host, host).status
    check.that(200 <= status < 300, f"the own host is answered with HTTP {status}")


@scenario("server-sse-multiple-streams")
def multiple_streams(check: Check) -> None:
    """Three calls that take their time, side by side; each gets its own messages."""
    with check.connect() as peer:
        results: dict[int, dict] = {}

        def call(number: int) -> None:
            token = f"stream-{number}"
            params = {
                "name": check.target.name("test_tool_with_progress"), "arguments": {},
                "_meta": {"progressToken": token},
            }
            reply = peer.send("tools/call", params, id=1000 + number)
            tokens = {
                one["params"]["progressToken"] for one in reply.messages if "method" in one
            }
            results[number] = {"reply": reply, "tokens": tokens - {token}}

        threads = [threading.Thread(target=call, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    check.that(len(results) == 3, f"{len(results)} of 3 calls were answered")
    for number, result in results.items():
        reply = result["reply"]
        check.that(reply.status == 200, f"call {number} is answered with HTTP {reply.status}")
        check.that(
            reply.message.get("id") == 1000 + number and "result" in reply.message,
            f"call {number} is answered {reply.message}",
        )
        check.that(not result["tokens"], f"call {number} got the progress of another")
