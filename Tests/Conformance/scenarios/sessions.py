"""Sessions: their beginning, their end, streams that are taken up again."""

import re

from peer.session import SessionPeer
from peer.target import SESSION
from peer.wire import Exchange
from registry import Check, scenario

VISIBLE = re.compile(r"^[\x21-\x7E]+$")


@scenario("server-initialize", SESSION)
def initialize(check: Check) -> None:
    with check.connect() as peer:
        result = peer.initialized
        check.that(
            result.get("protocolVersion") == SESSION,
            f"{SESSION} is answered with {result.get('protocolVersion')}",
        )
        server = result.get("serverInfo", {})
        check.that(server.get("name") and server.get("version"), f"the serverInfo is {server}")
        check.that(isinstance(result.get("capabilities"), dict), "there are no capabilities")
        check.that(
            peer.session is None or VISIBLE.match(peer.session),
            f"the session id {peer.session!r} holds more than visible ASCII",
        )
        declared = result.get("capabilities", {})
        for capability in ("tools", "prompts", "resources", "logging", "completions"):
            check.that(capability in declared, f"{capability} is not declared")


@scenario("ping", SESSION)
def ping(check: Check) -> None:
    with check.connect() as peer:
        result = peer.request("ping")
    check.that(not set(result) - {"_meta"}, f"ping is answered with {result}")


@scenario("logging-set-level", SESSION)
def set_level(check: Check) -> None:
    with check.connect() as peer:
        result = peer.request("logging/setLevel", {"level": "info"})
        check.that(not set(result) - {"_meta"}, f"logging/setLevel is answered with {result}")


@scenario("logging-below-the-level", SESSION, own=True, scored=False, gateway=True)
def below_the_level(check: Check) -> None:
    with check.connect() as peer:
        peer.request("logging/setLevel", {"level": "error"})
        peer.call("test_tool_with_logging")
        logged = [one for one in peer.notifications if one["method"] == "notifications/message"]
        check.that(not logged, f"{len(logged)} messages below the level came")


@scenario("server-session-lifecycle", SESSION, scored=False)
def lifecycle(check: Check) -> None:
    with check.connect() as peer:
        if not check.that(peer.session, "there is no session id"):
            return
        status = peer.end().status
        check.should(200 <= status < 300, f"DELETE is answered with HTTP {status}")
        message = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
        status = peer.post(message).status
        check.that(status == 404, f"a session that has ended is answered with HTTP {status}")
        peer.session = None
    other = SessionPeer(check.target, check.failures)
    other.session, other.negotiated = "no-such-session", SESSION
    status = other.post({"jsonrpc": "2.0", "id": 3, "method": "tools/list"}).status
    check.that(status == 404, f"an unknown session is answered with HTTP {status}")


@scenario("server-sse-polling", SESSION, scored=False)
def polling(check: Check) -> None:
    """A stream that breaks off before the response is taken up with its last event."""
    with check.connect() as peer:
        message = {
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": check.target.name("test_reconnection"), "arguments": {}},
        }
        last, retry, first, response = None, None, None, None
        with peer.begin(message) as exchange:
            if not exchange.reply.is_stream:
                response = next(exchange.messages(), None)
                check.that(response and "result" in response, f"the call is answered {response}")
                return
            for event in exchange.events():
                first = event if first is None else first
                last, retry = event.id or last, event.retry or retry
                if '"result"' in event.data:
                    response = event
                    break
        check.should(
            first is not None and first.id and not first.data.strip(),
            "the first event does not prime: an id and no data",
        )
        check.should(retry is not None, "no event says when to retry")
        if response is None and check.that(last, "there is no event to begin from again"):
            check.that(again(peer, last), "the response does not come on the stream taken up again")


def again(peer: SessionPeer, last: str) -> bool:
    headers = [*peer.headers(), ("Accept", "text/event-stream"), ("Last-Event-ID", last)]
    with Exchange(peer.target.url, "GET", headers, None) as exchange:
        return any('"result"' in event.data for event in exchange.events())


@scenario("streams-are-taken-up-again", SESSION, own=True, scored=False)
def taken_up(check: Check) -> None:
    """The client goes away in the middle of a call and comes back for the rest."""
    with check.connect() as peer:
        message = {
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {
                "name": check.target.name("test_tool_with_progress"), "arguments": {},
                "_meta": {"progressToken": "away"},
            },
        }
        last = None
        with peer.begin(message) as exchange:
            if not check.that(exchange.reply.is_stream, "the call is not answered with a stream"):
                return
            for event in exchange.events():
                last = event.id or last
                if event.data:
                    break
        if check.that(last, "the events have no ids"):
            check.that(again(peer, last), "the response does not come on the stream taken up again")
