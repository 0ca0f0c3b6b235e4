"""Uses every feature of `everything_server.py` with the Python SDK's client.

Reads {"url"?, "command"?, "arguments"?, "token"?, "mode", "server"?} and writes one JSON line for each feature:
{"feature", "expected", "got"}; what could not be done at all has "error". With "server" the names
are those of an aggregated endpoint.
"""

import asyncio
import base64
import json
import os
import sys
import warnings

import anyio
import httpx2
import mcp_types as types
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

SECONDS = 60
warnings.simplefilter("ignore")


def text(result) -> str:
    return "".join(part.text for part in result.content if part.type == "text")


class Everything:
    """Callbacks of the client, and a method for each feature that says what it expects and got."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.asked: list[str] = []
        self.logged: list[str] = []
        self.told: list[str] = []
        self.heard = asyncio.Event()
        self.client: Client | None = None

    def name(self, own: str) -> str:
        return f"{self.server}__{own}" if self.server else own

    def uri(self, own: str) -> str:
        return f"{self.server}+{own}" if self.server else own

    async def call(self, tool: str, arguments: dict | None = None, **options):
        return await self.client.call_tool(self.name(tool), arguments, **options)

    async def read(self, uri: str):
        return await self.client.read_resource(self.uri(uri))

    async def elicit(self, context, params) -> types.ElicitResult:
        self.asked.append(f"elicitation {params.mode}: {params.message}")
        if params.mode == "url":
            return types.ElicitResult(action="accept")
        values = {"name": "Alice", "color": "blue", "ok": True, "username": "alice",
                  "email": "alice@example.com", "context": "winter"}
        fields = params.requested_schema["properties"]
        return types.ElicitResult(action="accept", content={key: values[key] for key in fields})

    async def sample(self, context, params) -> types.CreateMessageResult:
        self.asked.append(f"sampling: {params.messages[0].content.text}")
        content = types.TextContent(text="Paris")
        return types.CreateMessageResult(role="assistant", content=content, model="test-model")

    async def roots(self, context) -> types.ListRootsResult:
        self.asked.append("roots")
        return types.ListRootsResult(roots=[types.Root(uri="file:///work", name="work")])

    def was_asked(self, mode: str, message: str) -> bool:
        """A gateway may put the server's name before the message."""
        last = self.asked[-1] if self.asked else ""
        return last.startswith(f"elicitation {mode}: ") and last.endswith(message)

    async def log(self, params) -> None:
        self.logged.append(f"{params.level}: {params.data}")

    async def message(self, message) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            self.told.append(str(message.params.uri))
            self.heard.set()

    # Features

    async def tools(self):
        names = {tool.name for tool in (await self.client.list_tools()).tools}
        own = ("test_simple_text", "test_x_mcp_header", "json_schema_2020_12_tool", "greet")
        wanted = {self.name(name) for name in own}
        return sorted(wanted), sorted(wanted & names)

    async def headers(self):
        result = await self.call("test_x_mcp_header", {"region": "süd", "shard": 7})
        return "region=süd shard=7", text(result)

    async def progress(self):
        steps = []

        async def progress(done, total, message) -> None:
            steps.append(int(done) if done == int(done) else done)

        await self.call("test_tool_with_progress", progress_callback=progress)
        return [0, 50, 100], steps

    async def logging(self):
        if self.client.protocol_version < "2026":
            await self.client.set_logging_level("info")
        self.logged.clear()
        await self.call("test_tool_with_logging")
        # Notifications and results have queues of their own in the client.
        for _ in range(100):
            if len(self.logged) >= 3:
                break
            await asyncio.sleep(0.05)
        return 3, len([one for one in self.logged if one.startswith("info: Tool ")])

    async def elicitation(self):
        result = await self.call("test_elicitation", {"message": "Who are you?"})
        return (True, True), (
            self.was_asked("form", "Who are you?"), '"username": "alice"' in text(result)
        )

    async def page(self):
        result = await self.call("test_elicitation_url")
        return (True, "action=accept"), (self.was_asked("url", "Please connect"), text(result))

    async def sampling(self):
        result = await self.call("test_sampling", {"prompt": "The capital?"})
        return ("sampling: The capital?", "LLM response: Paris"), (
            self.asked[-1:] and self.asked[-1], text(result)
        )

    async def roots_of_the_client(self):
        result = await self.call("test_input_required_result_list_roots")
        return "Roots: file:///work", text(result)

    async def all_at_once(self):
        result = await self.call("test_input_required_result_multiple_inputs")
        return "Paris Alice, with 1 root(s)", text(result)

    async def rounds(self):
        result = await self.call("test_input_required_result_multi_round")
        return "Alice likes blue.", text(result)

    async def prompt(self):
        arguments = {"arg1": "one", "arg2": "two"}
        result = await self.client.get_prompt(
            self.name("test_prompt_with_arguments"), arguments
        )
        return "Prompt with arguments: arg1='one', arg2='two'", result.messages[0].content.text

    async def prompts(self):
        names = [prompt.name for prompt in (await self.client.list_prompts()).prompts]
        return True, self.name("test_prompt_with_image") in names

    async def prompt_that_asks(self):
        result = await self.client.get_prompt(self.name("test_input_required_result_prompt"))
        return "Use the following context: winter", result.messages[0].content.text

    async def completion(self):
        ref = types.PromptReference(name=self.name("test_prompt_with_arguments"))
        result = await self.client.complete(ref, {"name": "arg1", "value": "par"})
        return ["paris", "park", "party"], list(result.completion.values)

    async def resources(self):
        uris = [str(resource.uri) for resource in (await self.client.list_resources()).resources]
        return True, self.uri("test://static-text") in uris

    async def templates(self):
        listed = (await self.client.list_resource_templates()).resource_templates
        read = await self.read("test://template/42/data")
        wanted = self.uri("test://template/{id}/data")
        return (True, "42"), (
            wanted in [one.uri_template for one in listed], json.loads(read.contents[0].text)["id"]
        )

    async def binary(self):
        read = await self.read("test://static-binary")
        return True, base64.b64decode(read.contents[0].blob).startswith(b"\x89PNG")

    async def missing_resource(self):
        try:
            await self.read("test://not-there")
        except MCPError as error:
            return True, error.error.code in (-32002, -32602)
        return True, False

    async def updates(self):
        watched = self.uri("test://watched-resource")
        text = f"new for {self.client.protocol_version}"
        if self.client.protocol_version < "2026":
            await self.client.subscribe_resource(watched)
            await self.call("test_touch_resource", {"text": text})
            await asyncio.wait_for(self.heard.wait(), SECONDS)
            await self.client.unsubscribe_resource(watched)
            told = self.told[-1]
        else:
            async with self.client.listen(resource_subscriptions=[watched]) as events:
                await self.call("test_touch_resource", {"text": text})
                told = str((await anext(events)).uri)
        read = await self.client.read_resource(watched)
        return (watched, text), (told, read.contents[0].text)

    async def error_of_a_tool(self):
        return True, (await self.call("test_error_handling")).is_error

    FEATURES = (
        "tools", "headers", "progress", "logging", "elicitation", "page", "sampling",
        "roots_of_the_client", "all_at_once", "rounds", "prompt", "prompts", "prompt_that_asks",
        "completion", "resources", "templates", "binary", "missing_resource", "updates",
        "error_of_a_tool",
    )

    async def run(self, transport, mode: str) -> None:
        self.client = Client(
            transport, mode=mode, elicitation_callback=self.elicit, sampling_callback=self.sample,
            list_roots_callback=self.roots, logging_callback=self.log, log_level="info",
            message_handler=self.message,
        )
        async with self.client:
            print(json.dumps({"version": self.client.protocol_version}), flush=True)
            for feature in self.FEATURES:
                try:
                    with anyio.fail_after(SECONDS):
                        expected, got = await getattr(self, feature)()
                    said = {"expected": expected, "got": got}
                except Exception as error:
                    said = {"error": repr(error)[:300]}
                print(json.dumps({"feature": feature, **said}), flush=True)


async def main() -> None:
    wanted = json.load(sys.stdin)
    everything = Everything(wanted.get("server", ""))
    if "url" in wanted:
        headers = {"Authorization": f"Bearer {wanted['token']}"} if "token" in wanted else {}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(wanted["url"], http_client=http)
            await everything.run(transport, wanted["mode"])
    else:
        parameters = StdioServerParameters(
            command=wanted["command"], args=wanted["arguments"], env=dict(os.environ)
        )
        await everything.run(stdio_client(parameters), wanted["mode"])


asyncio.run(main())
