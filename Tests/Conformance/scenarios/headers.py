"""Headers that repeat what the body says (SEP-2243)."""

import base64

from peer.stateless import StatelessPeer
from peer.target import STATELESS
from peer.wire import Reply
from registry import Check, scenario


def accepted(check: Check, reply: Reply, what: str) -> None:
    check.that(
        reply.status == 200 and "result" in reply.message,
        f"{what} is answered with HTTP {reply.status}: {reply.message.get('error')}",
    )


def refused(check: Check, reply: Reply, what: str) -> None:
    check.that(
        reply.status == 400 and reply.code == -32020,
        f"{what} is answered with HTTP {reply.status} and {reply.code}, not 400 and -32020",
    )


@scenario("http-header-validation", STATELESS, scored=False)
def header_validation(check: Check) -> None:
    with check.connect() as peer:
        call = {"name": check.target.name("test_simple_text"), "arguments": {}}
        for method, params, headers in (
            ("tools/list", {}, {"Mcp-Method": "prompts/list"}),
            ("tools/list", {}, {"Mcp-Method": None}),
            ("tools/list", {}, {"Mcp-Method": "TOOLS/LIST"}),
            ("tools/call", call, {"Mcp-Name": "wrong_tool_name"}),
            ("tools/call", call, {"Mcp-Name": None}),
        ):
            refused(check, peer.send(method, params, headers=headers), f"{method} with {headers}")
        for method, params, headers in (
            ("tools/list", {}, {"mcp-method": "tools/list"}),
            ("tools/list", {}, {"MCP-METHOD": "tools/list"}),
            ("tools/call", call, {"Mcp-Name": f"  {call['name']}  "}),
        ):
            accepted(check, peer.send(method, params, headers=headers), f"{method} with {headers}")


@scenario("http-custom-header-server-validation", STATELESS, scored=False)
def custom_headers(check: Check) -> None:
    with check.connect() as peer:
        tools = {one["name"]: one for one in peer.request("tools/list")["tools"]}
        name = check.target.name("test_x_mcp_header")
        if not check.that(name in tools, f"{name} is not listed"):
            return
        region = tools[name]["inputSchema"]["properties"]["region"]
        check.that(region.get("x-mcp-header") == "Region", "x-mcp-header is lost")
        hello = base64.b64encode(b"Hello").decode()
        for value, header in (
            ("Hello", "Hello"),
            ("Hello", f"=?base64?{hello}?="),
            (hello, hello),
            (f"=?base64?{hello}", f"=?base64?{hello}"),
            ("grün", f"=?base64?{base64.b64encode('grün'.encode()).decode()}?="),
        ):
            reply = call(peer, {"region": value}, {"Mcp-Param-Region": header})
            accepted(check, reply, f"{value!r} with the header {header!r}")
            said = (reply.message.get("result", {}).get("content") or [{}])[0].get("text", "")
            check.that(f"region={value} " in said, f"the tool got {said!r} for {value!r}")
        for value, header in (
            ("Hello", "=?base64?SGVsbG8?="),
            ("Hello", "=?base64?SGVs!!!bG8=?="),
            ("Hello", "Goodbye"),
            ("test-value", None),
        ):
            reply = call(peer, {"region": value}, {"Mcp-Param-Region": header})
            refused(check, reply, f"{value!r} with the header {header!r}")
        reply = call(peer, {"shard": 42}, {"Mcp-Param-Shard": "42"})
        accepted(check, reply, "an integer with its header")
        reply = call(peer, {"shard": 42}, {"Mcp-Param-Shard": "43"})
        refused(check, reply, "an integer with another header")


def call(peer: StatelessPeer, arguments: dict, headers: dict) -> Reply:
    params = {"name": peer.target.name("test_x_mcp_header"), "arguments": arguments}
    return peer.send("tools/call", params, headers=headers)
