"""The stateless protocol as a whole: `_meta`, discovery, versions, capabilities, methods."""

import json

from peer.stateless import KEY, StatelessPeer
from peer.target import CLIENT, STATELESS
from peer.wire import Reply
from registry import Check, scenario

from .subscriptions import heard_after

REMOVED = (
    "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"
)
UNKNOWN_VERSION = "v999.0.0"


@scenario("server-stateless", STATELESS)
def server_stateless(check: Check) -> None:
    with check.connect({}) as peer:
        meta(check, peer)
        discovered = discovery(check, peer)
        versions(check, peer, discovered)
        capabilities(check, peer)
        methods(check, peer)
        answers(check, peer)
        listening(check, peer)


def refused(check: Check, reply: Reply, id: object, status: int, code: int, what: str) -> dict:
    """Holds an error against what it must be; its data."""
    check.that(
        reply.status == status and reply.code == code,
        f"{what} is answered with HTTP {reply.status} and {reply.code}, not {status} and {code}",
    )
    check.that(
        reply.message.get("id") == id,
        f"the error for {what} has the id {reply.message.get('id')!r}, not {id!r}",
    )
    return (reply.message.get("error") or {}).get("data") or {}


def meta(check: Check, peer: StatelessPeer) -> None:
    whole = peer.meta()
    for number, left_out in enumerate((None, "protocolVersion", "clientCapabilities"), 101):
        less = {key: value for key, value in whole.items() if key != KEY + str(left_out)}
        reply = peer.send("server/discover", id=number, meta=less if left_out else {})
        refused(check, reply, number, 400, -32602, f"a request without {left_out or '_meta'}")
    less = {key: value for key, value in whole.items() if key != KEY + "clientInfo"}
    reply = peer.send("server/discover", id=105, meta=less)
    check.that(
        reply.status == 200 and "result" in reply.message,
        f"a request without clientInfo is answered with HTTP {reply.status}: {reply.message}",
    )
    for id in ("an-id", 7, 2**40):
        reply = peer.send("server/discover", id=id)
        got = reply.message.get("id")
        check.that(got == id and type(got) is type(id), f"the id {id!r} comes back as {got!r}")


def discovery(check: Check, peer: StatelessPeer) -> dict:
    result = peer.request("server/discover")
    supported = result.get("supportedVersions")
    check.that(
        isinstance(supported, list) and peer.target.revision in supported,
        f"supportedVersions is {supported}",
    )
    check.that(isinstance(result.get("capabilities"), dict), "there are no capabilities")
    server = result.get("_meta", {}).get(KEY + "serverInfo", {})
    check.should(server.get("name") and server.get("version"), "the result has no serverInfo")
    declared = result.get("capabilities") or {}
    for capability, method in (
        ("tools", "tools/list"), ("prompts", "prompts/list"), ("resources", "resources/list")
    ):
        reply = peer.send(method)
        if capability in declared:
            check.that("result" in reply.message, f"{method} is declared and fails")
        else:
            check.that(reply.code == -32601, f"{method} is not declared and yields {reply.code}")
    return result


def versions(check: Check, peer: StatelessPeer, discovered: dict) -> None:
    unknown = peer.meta(**{KEY + "protocolVersion": UNKNOWN_VERSION})
    reply = peer.send(
        "server/discover", id=301, meta=unknown, headers={"MCP-Protocol-Version": UNKNOWN_VERSION}
    )
    data = refused(check, reply, 301, 400, -32022, "an unknown version")
    supported = data.get("supported") or []
    check.that(
        supported and set(supported) <= set(discovered.get("supportedVersions") or []),
        f"the supported versions of the error are {supported}",
    )
    check.that(data.get("requested") == UNKNOWN_VERSION, f"requested is {data.get('requested')!r}")
    reply = peer.send("server/discover", id=302, meta=unknown)
    refused(check, reply, 302, 400, -32020, "a version that is not the header's")


def capabilities(check: Check, peer: StatelessPeer) -> None:
    params = {"name": peer.target.name("test_missing_capability"), "arguments": {}}
    reply = peer.send("tools/call", params, id=401)
    data = refused(check, reply, 401, 400, -32021, "a call that needs an undeclared capability")
    required = data.get("requiredCapabilities")
    check.that(
        isinstance(required, dict) and isinstance(required.get("sampling"), dict),
        f"requiredCapabilities is {required!r}",
    )
    sampling = peer.meta(**{KEY + "clientCapabilities": {"sampling": {}}})
    reply = peer.send("tools/call", params, meta=sampling)
    check.that("result" in reply.message, f"a client that samples is answered {reply.message}")


def methods(check: Check, peer: StatelessPeer) -> None:
    for number, method in enumerate((*REMOVED, "unknown/method"), 500):
        reply = peer.send(method, id=number)
        refused(check, reply, number, 404, -32601, method)


def answers(check: Check, peer: StatelessPeer) -> None:
    """`peer` itself notes requests of the server in answers."""
    elicits = peer.meta(**{KEY + "clientCapabilities": {"elicitation": {}}})
    params = {"name": peer.target.name("test_streaming_elicitation"), "arguments": {}}
    reply = peer.send("tools/call", params, meta=elicits)
    check.that("result" in reply.message, f"a call that asks is answered {reply.message}")
    params = {"name": peer.target.name("test_logging_tool"), "arguments": {}}
    reply = peer.send("tools/call", params)
    check.that("result" in reply.message, f"a call that logs is answered {reply.message}")
    logged = [one for one in reply.messages if one.get("method") == "notifications/message"]
    check.that(not logged, "a log message comes without a logLevel")


def listening(check: Check, peer: StatelessPeer) -> None:
    tools, prompts = "notifications/tools/list_changed", "notifications/prompts/list_changed"
    heard = heard_after(check, peer, {"toolsListChanged": True}, "test_trigger_tool_change")
    check.should(tools in heard, "a change of the tools is not told")
    heard = heard_after(
        check, peer, {"promptsListChanged": True}, "test_trigger_tool_change", seconds=1
    )
    check.that(tools not in heard, "a change of the tools is told to who did not ask for it")
    heard = heard_after(check, peer, {"promptsListChanged": True}, "test_trigger_prompt_change")
    check.should(prompts in heard, "a change of the prompts is not told")


@scenario("log-level-of-a-request", STATELESS, own=True, scored=False)
def log_level(check: Check) -> None:
    params = {"name": check.target.name("test_tool_with_logging"), "arguments": {}}
    with check.connect() as peer:
        for level, count in (("debug", 3), ("info", 3), ("error", 0)):
            reply = peer.send("tools/call", params, meta=peer.meta(**{KEY + "logLevel": level}))
            logged = [one for one in reply.messages if one.get("method") == "notifications/message"]
            check.that(
                len(logged) == count, f"at {level} {len(logged)} log messages come, not {count}"
            )


@scenario("integers-keep-their-size", STATELESS, own=True, scored=False, aggregated=False)
def integers(check: Check) -> None:
    """An id beyond what a double holds comes back as it was sent."""
    with check.connect() as peer:
        id = 2**53 - 1
        reply = peer.send("tools/list", id=id)
        check.that(
            json.dumps(reply.message.get("id")) == str(id), f"the id is {reply.message.get('id')}"
        )
        check.that(reply.message.get("result"), f"{CLIENT['name']} got {reply.message}")
