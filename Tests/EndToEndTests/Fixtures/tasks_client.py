"""Uses tasks of 2025-11-25 through the gateway with the client of the Python SDK that still has
them; writes a JSON line about each feature: what it got and what it expected."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

from mcp import ClientSession, McpError, types
from mcp.client.streamable_http import streamablehttp_client

wanted = json.load(sys.stdin)
prefix = wanted["prefix"]


def say(feature: str, got, expected) -> None:
    print(json.dumps({"feature": feature, "got": got, "expected": expected}), flush=True)


@asynccontextmanager
async def connected(token: str, told: list):
    async def heard(message) -> None:
        if isinstance(message, types.ServerNotification):
            told.append(message.root)

    async def elicited(context, params) -> types.ElicitResult:
        return types.ElicitResult(action="accept", content={"who": "me"})

    headers = {"Authorization": f"Bearer {token}"}
    async with streamablehttp_client(wanted["url"], headers=headers) as (read, write, _):
        async with ClientSession(
            read, write, message_handler=heard, elicitation_callback=elicited
        ) as session:
            yield session, await session.initialize()


async def code(awaitable) -> int | str:
    try:
        return str(await awaitable)
    except McpError as error:
        return error.error.code
    except ValueError as error:
        return type(error).__name__


async def until(session: ClientSession, task: str) -> types.GetTaskResult:
    while True:
        state = await session.experimental.get_task(task)
        if state.status in ("completed", "failed", "cancelled"):
            return state
        await asyncio.sleep(0.02)


async def result(session: ClientSession, task: str) -> types.CallToolResult:
    return await session.experimental.get_task_result(task, types.CallToolResult)


async def main() -> None:
    told: list = []
    async with (
        connected(wanted["token"], told) as (session, introduction),
        connected(wanted["other"], []) as (other, _),
    ):
        tasks = introduction.capabilities.tasks
        say("revision", introduction.protocolVersion, "2025-11-25")
        say("capability", tasks.model_dump(exclude_none=True),
            {"cancel": {}, "requests": {"tools": {"call": {}}}})
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        say("support", tools[prefix + "wait"].execution.taskSupport, "required")

        created = await session.experimental.call_tool_as_task(prefix + "count", {})
        task = created.task.taskId
        say("sealed", len(task) > 100, True)
        say("state", (await until(session, task)).model_dump()["status"], "completed")
        say("own id", (await session.experimental.get_task(task)).taskId, task)
        payload = await result(session, task)
        say("result", payload.content[0].text, "counted")
        say("uri", str(payload.content[1].uri), wanted["uri"])
        say("related", payload.meta["io.modelcontextprotocol/related-task"]["taskId"], task)
        say("another's", [
            await code(other.experimental.get_task(task)), await code(result(other, task)),
            await code(other.experimental.cancel_task(task))], [-32602] * 3)
        say("list", await code(session.experimental.list_tasks()), -32601)
        say("no task", await code(
            session.experimental.call_tool_as_task(prefix + "release", {})), -32601)
        say("at once", (await session.call_tool(prefix + "count", {})).content[0].text, "at once")
        refused = await session.call_tool(prefix + "wait", {})
        say("required", refused.isError, True)

        waiting = (await session.experimental.call_tool_as_task(prefix + "wait", {})).task.taskId
        pending = asyncio.create_task(result(session, waiting))
        await asyncio.sleep(0.3)
        say("waits", pending.done(), False)
        await session.call_tool(prefix + "release", {})
        say("released", (await pending).content[0].text, "counted")

        cancelled = (await session.experimental.call_tool_as_task(prefix + "wait", {})).task.taskId
        say("cancelled", (await session.experimental.cancel_task(cancelled)).status, "cancelled")
        say("cancelled twice", await code(session.experimental.cancel_task(cancelled)), -32602)

        asking = (await session.experimental.call_tool_as_task(prefix + "ask", {})).task.taskId
        await code(result(session, asking))
        say("asks nothing", (await until(session, asking)).status, "failed")

        for _ in range(1200):
            states = {n.params.taskId for n in told if isinstance(n, types.TaskStatusNotification)}
            if waiting in states:
                break
            await asyncio.sleep(0.05)
        say("told", states <= {task, waiting, cancelled, asking}, True)
        say("told of the task", waiting in states, True)


asyncio.run(main())
