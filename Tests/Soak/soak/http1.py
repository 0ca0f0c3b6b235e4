"""HTTP/1.1 and server-sent events over asyncio's streams, as little as both sides need."""

import asyncio

LINE_MAX = 64 << 10


class Broken(Exception):
    """The other side ended the connection, or what it sent is no HTTP."""


class Head:
    """A request or response line with its headers."""

    def __init__(self, line, headers):
        self.line = line
        self.headers = headers

    def get(self, name, default=""):
        return self.headers.get(name, default)


async def read_head(reader):
    """The next head, or None when the connection ends before one."""
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Broken("the connection ended within a head") from None
        return None
    except (OSError, asyncio.LimitOverrunError) as error:
        raise Broken(f"no head: {error!r}") from None
    line, *fields = block.decode("latin-1").split("\r\n")
    headers = {}
    for field in fields:
        name, colon, value = field.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Head(line, headers)


async def pieces(reader, head, pause=None):
    """The body as it arrives. `pause()` is awaited before each read: a slow reader."""
    try:
        if "chunked" in head.get("transfer-encoding"):
            while True:
                size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
                left = size
                while left:
                    if pause:
                        await pause()
                    piece = await reader.read(min(left, 256 << 10))
                    if not piece:
                        raise Broken("the connection ended within a chunk")
                    left -= len(piece)
                    yield piece
                await reader.readexactly(2)
                if size == 0:
                    return
        left = int(head.get("content-length", "0"))
        while left:
            if pause:
                await pause()
            piece = await reader.read(min(left, 256 << 10))
            if not piece:
                raise Broken("the connection ended within a body")
            left -= len(piece)
            yield piece
    except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise Broken(f"no body: {error!r}") from None


async def body(reader, head, pause=None):
    return b"".join([piece async for piece in pieces(reader, head, pause)])


async def events(reader, head, pause=None):
    """The events of a stream: (id, data) of each that has data or an id."""
    rest = bytearray()
    async for piece in pieces(reader, head, pause):
        rest += piece
        while (end := rest.find(b"\n\n")) >= 0:
            block = bytes(rest[:end]).decode()
            del rest[:end + 2]
            identifier, data = None, []
            for line in block.replace("\r", "").split("\n"):
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "data":
                    data.append(value)
                elif name == "id":
                    identifier = value
            if data or identifier is not None:
                yield identifier, "\n".join(data)


def request(method, path, headers, content=b""):
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if content or method == "POST":
        lines.append(f"Content-Length: {len(content)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


def response(status, content=b"", kind="application/json", headers=()):
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    if content:
        lines.append(f"Content-Type: {kind}")
    lines.append(f"Content-Length: {len(content)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


def stream_head(headers=()):
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked",
             *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(content):
    return b"%x\r\n%b\r\n" % (len(content), content)


def event(data):
    return b"event: message\ndata: " + data + b"\n\n"
