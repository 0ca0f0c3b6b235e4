"""What every request of the stateless era carries."""

from peer.target import STATELESS

from .watching import KEY, Answer, Seen, Watching, text, tool, watcher


@watcher
class ToolsCall(Watching):
    name = "tools_call"
    numbers = {"a": {"type": "number"}, "b": {"type": "number"}}

    def tools(self) -> list[dict]:
        return [tool("add_numbers", self.numbers, required=["a", "b"])]

    def call(self, seen: Seen) -> dict:
        given = seen.params.get("arguments", {})
        return text(f"The sum is {given.get('a')} + {given.get('b')}")

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            result = peer.call("add_numbers", {"a": 5, "b": 2.5})
            said = result["content"][0]["text"]
            if said != "The sum is 5 + 2.5":
                wrong.append(f"the tool says {said!r}")

    def judge(self, that) -> None:
        calls = self.of("tools/call")
        that(len(calls) == 1, f"the tool was called {len(calls)} times")
        for call in calls:
            given = call.params.get("arguments")
            that(given == {"a": 5, "b": 2.5}, f"the arguments are {given}")


@watcher
class RequestMetadata(Watching):
    """Refuses the first request with the versions it supports."""

    name = "request-metadata"

    def tools(self) -> list[dict]:
        return [tool("anything")]

    def answer(self, seen: Seen) -> Answer:
        if len(self.seen) == 1 and "id" in seen.message:
            data = {"supported": [STATELESS], "requested": str(seen.header("mcp-protocol-version"))}
            return self.error(seen, -32022, "Unsupported protocol version", data, status=400)
        return super().answer(seen)

    def drive(self, target, wrong) -> None:
        for capabilities in ({}, {"sampling": {}, "roots": {}, "elicitation": {"form": {}}}):
            with self.connect(target, wrong, capabilities) as peer:
                peer.call("anything")

    def judge(self, that) -> None:
        posts = [one for one in self.seen if one.http_method == "POST"]
        that(len(posts) > 1, "the request is not sent again with a version that is supported")
        that(not self.of("initialize"), "a server of the stateless era is asked to initialize")
        for one in posts:
            version = one.header("mcp-protocol-version")
            that(version == STATELESS, f"{one.method} has the version header {version}")
            that(
                one.meta.get(KEY + "protocolVersion") == version,
                f"{one.method} says {one.meta.get(KEY + 'protocolVersion')} in its body",
            )
            client = one.meta.get(KEY + "clientInfo", {})
            that(client.get("name") and client.get("version"), f"{one.method} has no clientInfo")
            declared = one.meta.get(KEY + "clientCapabilities")
            that(isinstance(declared, dict), f"{one.method} declares {declared!r}")
            for name, value in (declared or {}).items():
                that(isinstance(value, dict), f"{one.method} declares {name} as {value!r}")
        calls = self.of("tools/call")
        that(len(calls) == 2, f"{len(calls)} calls came, not 2")
        for call, wanted in zip(calls, (set(), {"sampling", "roots", "elicitation"})):
            declared = set(call.meta.get(KEY + "clientCapabilities") or {})
            that(declared == wanted, f"a client with {sorted(wanted)} is told as {sorted(declared)}")


@watcher
class StandardHeaders(Watching):
    name = "http-standard-headers"
    capabilities = {"tools": {}, "resources": {}, "prompts": {}}
    uris = ["file:///path/to/file%20name.txt", "https://example.com/resource?id=123"]

    def tools(self) -> list[dict]:
        return [tool("test_headers")]

    def answer_stateless(self, seen: Seen) -> Answer:
        listed = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
        match seen.method:
            case "resources/list":
                resources = [{"uri": uri, "name": uri} for uri in self.uris]
                return self.result(seen, {**listed, "resources": resources})
            case "resources/templates/list":
                return self.result(seen, {**listed, "resourceTemplates": []})
            case "resources/read":
                contents = [{"uri": seen.params.get("uri", ""), "text": "read"}]
                return self.result(seen, {**listed, "contents": contents})
            case "prompts/list":
                prompts = [{"name": "test_prompt"}, {"name": "grüße"}]
                return self.result(seen, {**listed, "prompts": prompts})
            case "prompts/get":
                return self.result(seen, {"resultType": "complete", "messages": []})
        return super().answer_stateless(seen)

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            peer.call("test_headers")
            peer.request("prompts/get", {"name": target.name("test_prompt")})
            for uri in self.uris:
                peer.request("resources/read", {"uri": target.uri(uri)})

    def judge(self, that) -> None:
        for method in ("tools/call", "prompts/get", "resources/read", "tools/list"):
            that(self.of(method), f"no {method} came")
        for one in self.seen:
            if one.http_method != "POST" or "id" not in one.message:
                continue
            header = one.header("mcp-method")
            that(header == one.method, f"{one.method} has the header Mcp-Method: {header}")
            wanted = {
                "tools/call": "name", "prompts/get": "name", "resources/read": "uri"
            }.get(one.method)
            if wanted is not None:
                name, header = one.params.get(wanted), one.header("mcp-name")
                that(header == name, f"{one.method} of {name} has the header Mcp-Name: {header}")
            accept = one.header("accept") or ""
            that(
                "application/json" in accept and "text/event-stream" in accept,
                f"{one.method} accepts {accept!r}",
            )
