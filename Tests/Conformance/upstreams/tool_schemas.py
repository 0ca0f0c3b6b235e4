"""Schemas of tools: kept as they are, and no `$ref` fetched (SEP-1613, SEP-2106)."""

from .watching import Answer, Seen, Watching, same, text, tool, watcher

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://example.com/schemas/contact",
    "type": "object",
    "$defs": {"address": {"$anchor": "addressDef", "type": "object",
                          "properties": {"city": {"type": "string", "minLength": 1}}}},
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "tags": {"type": "array", "prefixItems": [{"const": "a"}], "unevaluatedItems": False},
        "size": {"type": "number", "multipleOf": 0.10, "maximum": 1e3},
        "contactMethod": {"enum": ["phone", "email", None]},
    },
    "allOf": [{"anyOf": [{"required": ["name"]}, {"required": ["address"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}},
    "then": {"dependentRequired": {"name": ["address"]}},
    "else": {"not": {"required": ["tags"]}},
    "unevaluatedProperties": False,
    "x-vendor": {"kept": [1, 2.0, "three"]},
}
OUTPUT = {"oneOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]}


@watcher
class SchemasKept(Watching):
    name = "json-schema-2020-12-preservation"
    scored = False

    def tools(self) -> list[dict]:
        return [{
            "name": "contact", "title": "Contact", "description": "Keeps a contact.",
            "inputSchema": SCHEMA, "outputSchema": OUTPUT,
            "annotations": {"readOnlyHint": True}, "_meta": {"com.example/kept": {"a": 1}},
        }]

    def call(self, seen: Seen) -> dict:
        return {**text("[1, 2]"), "structuredContent": [1, 2]}

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            listed = peer.request("tools/list")["tools"]
            got = next((one for one in listed if one["name"] == target.name("contact")), {})
            offered = self.tools()[0]
            for member in ("inputSchema", "outputSchema", "annotations", "title", "_meta"):
                if not same(got.get(member), offered[member]):
                    wrong.append(f"{member} becomes {got.get(member)}")
            result = peer.call("contact", {"name": "Alice", "contactMethod": "email"})
            if result.get("structuredContent") != [1, 2]:
                wrong.append(f"structuredContent becomes {result.get('structuredContent')}")

    def judge(self, that) -> None:
        that(self.of("tools/list"), "no tools/list came")


@watcher
class ReferenceNotFetched(Watching):
    name = "json-schema-ref-no-deref"

    def __init__(self) -> None:
        super().__init__()
        self.base = ""

    def tools(self) -> list[dict]:
        return [tool("lookup_user", {
            "id": {"type": "string"}, "profile": {"$ref": f"{self.base}/canary/profile.json"},
        }, required=["id"])]

    def answer(self, seen: Seen) -> Answer:
        if seen.message.get("canary"):
            return Answer({"type": "object"})
        return super().answer(seen)

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            peer.request("tools/list")
            # Whether such a tool can be called is the gateway's choice; fetching is not.
            peer.send("tools/call", {
                "name": target.name("lookup_user"), "arguments": {"id": "a", "profile": {}},
            })

    def judge(self, that) -> None:
        that(self.of("tools/list"), "no tools/list came")
        fetched = [one for one in self.seen if one.message.get("canary")]
        that(not fetched, f"the $ref was fetched {len(fetched)} times")
