"""Arguments that are repeated in headers (SEP-2243), encoded where they must be."""

import base64
import re

from .watching import Seen, Watching, tool, watcher

SENTINEL = re.compile(r"^=\?base64\?(.*)\?=$")
HEADERS = {
    "region": ("string", "Region"),
    "priority": ("integer", "Priority"),
    "verbose": ("boolean", "Verbose"),
    "debug": ("boolean", "Debug"),
    "empty_val": ("string", "EmptyVal"),
    "method_val": ("string", "Method"),
    "non_ascii_val": ("string", "NonAscii"),
    "whitespace_val": ("string", "Whitespace"),
    "leading_space_val": ("string", "LeadingSpace"),
    "trailing_space_val": ("string", "TrailingSpace"),
    "internal_space_val": ("string", "InternalSpace"),
    "control_char_val": ("string", "ControlChar"),
    "crlf_val": ("string", "Crlf"),
    "tab_val": ("string", "Tab"),
    "sentinel_val": ("string", "Sentinel"),
}
VALUES = {
    "region": "us-west1", "priority": 42, "verbose": False, "debug": True, "empty_val": "",
    "method_val": "test-method", "float_val": 3.14159, "non_ascii_val": "Hello, 世界",
    "whitespace_val": " padded ", "leading_space_val": " us-west1",
    "trailing_space_val": "us-west1 ", "internal_space_val": "us west 1",
    "control_char_val": "line1\nline2", "crlf_val": "line1\r\nline2", "tab_val": "\tindented",
    "sentinel_val": "=?base64?SGVsbG8=?=", "query": "SELECT * FROM users",
}
FEW_VALUES = {"region": "us-east1", "priority": 1, "query": "SELECT 1"}


def plain(value: object) -> str:
    """A value as text, as a header has it before it is encoded."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def must_be_encoded(text: str) -> bool:
    return (
        any(not 0x20 <= ord(letter) <= 0x7E for letter in text)
        or text != text.strip()
        or SENTINEL.match(text) is not None
    )


def header_of(text: str) -> str:
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?=" if must_be_encoded(text) else text


def decoded(header: str) -> str:
    found = SENTINEL.match(header)
    return base64.b64decode(found[1]).decode() if found else header


@watcher
class CustomHeaders(Watching):
    name = "http-custom-headers"

    def tools(self) -> list[dict]:
        properties = {
            name: {"type": kind, "x-mcp-header": header}
            for name, (kind, header) in HEADERS.items()
        }
        properties |= {"float_val": {"type": "number"}, "query": {"type": "string"}}
        few = {key: properties[key] for key in ("region", "priority", "verbose", "query")}
        nested = {
            "outer": {
                "type": "object",
                "properties": {"inner": {"type": "string", "x-mcp-header": "Inner"}},
            }
        }
        return [
            tool("test_custom_headers", properties), tool("test_custom_headers_few", few),
            tool("test_custom_headers_nested", nested),
        ]

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            for name, given in (
                ("test_custom_headers", VALUES), ("test_custom_headers_few", FEW_VALUES),
                ("test_custom_headers_nested", {"outer": {"inner": "deep"}}),
            ):
                self.send(peer, target, name, given)

    def send(self, peer, target, name: str, given: dict) -> None:
        """A call with the headers that a client of the stateless era must send."""
        params = {"name": target.name(name), "arguments": given}
        flat = {**given, "inner": given.get("outer", {}).get("inner")}
        headers = {
            f"Mcp-Param-{header}": header_of(plain(flat[key]))
            for key, (_, header) in {**HEADERS, "inner": ("string", "Inner")}.items()
            if flat.get(key) is not None
        }
        reply = peer.send("tools/call", params, headers=headers)
        if "result" not in reply.message:
            peer.wrong.append(f"{name} is answered with {reply.status}: {reply.message}")

    def judge(self, that) -> None:
        calls = {one.params.get("name"): one for one in self.of("tools/call")}
        for name in ("test_custom_headers", "test_custom_headers_few", "test_custom_headers_nested"):
            that(name in calls, f"{name} was not called")
        for call in calls.values():
            self.judge_call(call, that)
        if nested := calls.get("test_custom_headers_nested"):
            header = nested.header("mcp-param-inner")
            that(header == "deep", f"an inner argument has the header {header!r}")

    def judge_call(self, call: Seen, that) -> None:
        given = call.params.get("arguments", {})
        for name, (_, suffix) in HEADERS.items():
            header = call.header(f"Mcp-Param-{suffix}")
            value = given.get(name)
            if value is None:
                that(header is None, f"{name}, which is not there, has the header {header!r}")
                continue
            if not that_is(that, header is not None, f"{name} has no header Mcp-Param-{suffix}"):
                continue
            text = plain(value)
            if must_be_encoded(text):
                that(SENTINEL.match(header), f"{name} is not encoded: {header!r}")
            that(decoded(header) == text, f"the header of {name} is {header!r}, not {text!r}")
        known = {f"mcp-param-{suffix}".lower() for _, suffix in HEADERS.values()}
        for key, _ in call.headers:
            if key.lower().startswith("mcp-param-") and key.lower() != "mcp-param-inner":
                that(key.lower() in known, f"the header {key} is of no argument")


def that_is(that, holds: bool, otherwise: str) -> bool:
    that(holds, otherwise)
    return holds


BAD = {
    "invalid_empty_header": {"v": {"type": "string", "x-mcp-header": ""}},
    "invalid_object_header": {"v": {"type": "object", "x-mcp-header": "Data"}},
    "invalid_array_header": {"v": {"type": "array", "x-mcp-header": "Items"}},
    "invalid_number_header": {"v": {"type": "number", "x-mcp-header": "Number"}},
    "invalid_null_header": {"v": {"type": "null", "x-mcp-header": "Nil"}},
    "invalid_duplicate_same_case": {
        "v": {"type": "string", "x-mcp-header": "Region"},
        "w": {"type": "string", "x-mcp-header": "Region"},
    },
    "invalid_duplicate_diff_case": {
        "v": {"type": "string", "x-mcp-header": "MyField"},
        "w": {"type": "string", "x-mcp-header": "myfield"},
    },
    "invalid_space_in_name": {"v": {"type": "string", "x-mcp-header": "My Field"}},
    "invalid_colon_in_name": {"v": {"type": "string", "x-mcp-header": "My:Field"}},
    "invalid_non_ascii_name": {"v": {"type": "string", "x-mcp-header": "Région"}},
    "invalid_control_char_name": {"v": {"type": "string", "x-mcp-header": "My\tField"}},
    "invalid_in_array": {
        "v": {"type": "array", "items": {
            "type": "object", "properties": {"w": {"type": "string", "x-mcp-header": "Deep"}},
        }},
    },
}


@watcher
class InvalidToolHeaders(Watching):
    """Its tools have annotations that make them unusable; one has none."""

    name = "http-invalid-tool-headers"

    def tools(self) -> list[dict]:
        good = tool("valid_tool", {"region": {"type": "string", "x-mcp-header": "Region"}})
        return [good, *(tool(name, properties) for name, properties in BAD.items())]

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            listed = {one["name"] for one in peer.request("tools/list")["tools"]}
            if target.name("valid_tool") not in listed:
                wrong.append("a valid tool is dropped with the others")
            for name in BAD:
                if target.name(name) in listed:
                    wrong.append(f"{name} is listed")
                params = {"name": target.name(name), "arguments": {"v": "x", "w": "y"}}
                peer.send("tools/call", params)
            headers = {"Mcp-Param-Region": "eu"}
            params = {"name": target.name("valid_tool"), "arguments": {"region": "eu"}}
            peer.request("tools/call", params, headers=headers)

    def judge(self, that) -> None:
        called = [one.params.get("name") for one in self.of("tools/call")]
        that("valid_tool" in called, "the valid tool was not called")
        for name in called:
            that(name not in BAD, f"{name} was called")
