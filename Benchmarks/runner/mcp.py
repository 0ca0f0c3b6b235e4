"""Single MCP requests, to find out whether a server is up and whether the gate governs."""

import http.client
import json


def _modern(params):
    return {
        **params,
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
        },
    }


def request(port, method, params, token=None, timeout=10):
    """Sends one stateless request to /mcp and returns (status, text of the answer)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        return request_over(connection, method, params, token)
    finally:
        connection.close()


def request_over(connection, method, params, token=None):
    """The same over a connection that stays open."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": method,
    }
    if "name" in params:
        headers["Mcp-Name"] = params["name"]
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": _modern(params)})
    connection.request("POST", "/mcp", body, headers)
    response = connection.getresponse()
    return response.status, response.read().decode("utf-8", "replace")


def call(port, tool, arguments, token=None):
    return request(port, "tools/call", {"name": tool, "arguments": arguments}, token)


def succeeded(answer):
    """Whether an answer of `call` is a good result with a text in it."""
    status, text = answer
    return (
        status == 200
        and '"text":"All work in this port' in text.replace('": "', '":"')
        and '"isError":true' not in text.replace(" ", "")
    )


def is_up(port, tool, token=None):
    """Whether a call of `tool` is answered well."""
    try:
        return succeeded(call(port, tool, {}, token))
    except (OSError, http.client.HTTPException):
        return False


def last_answer(port, tool, token=None):
    """What a call of `tool` is answered with, for people."""
    try:
        status, text = call(port, tool, {}, token)
        return f"{status} {text[:500]}"
    except (OSError, http.client.HTTPException) as error:
        return repr(error)


def counts(port):
    """Whether the upstream says how many messages it has received."""
    try:
        return messages_received(port) >= 0
    except (OSError, http.client.HTTPException):
        return False


def messages_received(port):
    """How many messages the upstream has received."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/count")
        return json.loads(connection.getresponse().read())["messages"]
    finally:
        connection.close()
