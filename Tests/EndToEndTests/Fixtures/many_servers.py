"""Many MCP servers of the stateless era in one process of the standard library, one at each path.

usage: many_servers.py SERVERS TOOLS

Writes the address of all, below which they are /0, /1, /2 and so on; the one after the last is dead:
it takes requests and answers none. Each server has the same verbs for a thing of its own, as
`create_amber_falcon`. POST /control/change/N/T gives tool T of server N a description and
announces it, /control/restore/N/T undoes that, /control/hang/N makes server N another dead one.
/control/waiting/N is answered with the methods of the requests to N that wait for an answer now.
"""

import asyncio
import json
import sys

VERBS = ["create", "delete", "list", "rename", "copy", "move", "archive", "publish", "share", "lock", "unlock",
         "export", "import", "validate", "approve", "reject", "assign", "tag", "merge", "split", "resize", "rotate",
         "paint", "weigh", "measure", "count", "sort", "schedule", "cancel", "resume", "pause", "translate",
         "summarize", "encrypt", "sign", "print", "mail", "invoice", "refund", "audit"]
COLOURS = ["amber", "azure", "beige", "bronze", "copper", "coral", "crimson", "cyan", "ebony", "golden", "indigo",
           "ivory", "jade", "lilac", "magenta", "olive", "pearl", "purple", "scarlet", "silver"]
THINGS = ["anchor", "badger", "barrel", "candle", "canoe", "carpet", "castle", "dolphin", "falcon", "fiddle", "garlic",
          "hammer", "ladder", "lantern", "mirror", "pillow", "puppet", "rocket", "saddle", "teapot", "tulip", "turtle",
          "violin", "walnut", "zebra"]

count, tools = int(sys.argv[1]), int(sys.argv[2])
changed: set[tuple[int, int]] = set()
hanging = {count}
waiting: dict[int, list[str]] = {}
streams: dict[int, list] = {}


def tool(server: int, number: int) -> dict:
    verb = VERBS[number]
    colour, thing = COLOURS[server % len(COLOURS)], THINGS[server // len(COLOURS)]
    definition = {"name": f"{verb}_{colour}_{thing}", "inputSchema": {"type": "object"}}
    if (server, number) in changed:
        definition["description"] = "Also tells others."
    return definition


def answer(server: int, method: str, params: dict) -> dict:
    match method:
        case "server/discover":
            return {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {"listChanged": True}}}
        case "tools/list":
            return {"tools": [tool(server, number) for number in range(tools)]}
        case _:
            return {"content": [{"type": "text", "text": f"{server} did {params['name']}"}]}


def whole(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def event(message: dict) -> bytes:
    data = b"data: " + json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(data), data)


def about(identifier) -> dict:
    return {"_meta": {"io.modelcontextprotocol/subscriptionId": identifier}}


def control(words: list[str]) -> list[str]:
    server = int(words[1])
    if words[0] == "waiting":
        return waiting.get(server, [])
    if words[0] == "hang":
        hanging.add(server)
        return []
    item = (server, int(words[2]))
    changed.add(item) if words[0] == "change" else changed.discard(item)
    for identifier, writer in streams.get(server, []):
        writer.write(event({"method": "notifications/tools/list_changed", "params": about(identifier)}))
    return []


async def hang(server: int, method: str, reader) -> None:
    waiting.setdefault(server, []).append(method)
    try:
        await reader.read(1)
    finally:
        waiting[server].remove(method)


async def listen(server: int, identifier, reader, writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + event({
        "method": "notifications/subscriptions/acknowledged",
        "params": {"notifications": {"toolsListChanged": True}, **about(identifier)}}))
    mine = (identifier, writer)
    streams.setdefault(server, []).append(mine)
    await reader.read(1)
    streams[server].remove(mine)


async def serve(reader, writer) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode().split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            path = lines[0].split()[1].strip("/").split("/")
            if path[0] == "control":
                writer.write(whole(json.dumps(control(path[1:])).encode()))
                continue
            server, asked = int(path[0]), json.loads(body)
            if server in hanging:
                return await hang(server, asked["method"], reader)
            if asked["method"] == "subscriptions/listen":
                return await listen(server, asked["id"], reader, writer)
            if "id" not in asked:
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
                continue
            result = {"resultType": "complete", **answer(server, asked["method"], asked.get("params", {}))}
            writer.write(whole(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
