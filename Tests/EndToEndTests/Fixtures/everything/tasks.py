"""The tasks extension of 2026-07-28 (SEP-2663), and the tools that become tasks."""

import asyncio
import datetime
import secrets

import mcp_types as types
from mcp.server.extension import Extension, MethodBinding
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.server import require_client_extension
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from .asking import form

TASKS = "io.modelcontextprotocol/tasks"
LIFETIME_MS = 600_000
POLL_MS = 200
CONFIRM = {"confirm": {"type": "boolean"}}
ENDED = ("completed", "failed", "cancelled")


class TaskParams(types.RequestParams):
    task_id: str


class UpdateParams(TaskParams):
    input_responses: dict[str, object] = {}


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def text(said: str, is_error: bool = False) -> dict:
    return {"content": [{"type": "text", "text": said}], "isError": is_error}


class Task:
    def __init__(self) -> None:
        self.id = f"task-{secrets.token_hex(8)}"
        self.status = "working"
        self.created = self.updated = now()
        self.outcome: dict = {}
        self.pending: dict[str, types.ElicitRequest] = {}
        self.answers: dict[str, dict] = {}
        self.answered = asyncio.Event()
        self.run: asyncio.Task | None = None

    def set(self, status: str, **outcome) -> None:
        if self.status not in ENDED:
            self.status, self.outcome, self.updated = status, outcome, now()

    async def ask(self, **requests: types.ElicitRequest) -> dict[str, dict]:
        self.pending = requests
        self.set("input_required")
        await self.answered.wait()
        self.set("working")
        return self.answers

    def answer(self, responses: dict) -> None:
        for key in self.pending.keys() & responses.keys():
            self.answers[key] = responses[key]
            del self.pending[key]
        if not self.pending:
            self.answered.set()

    @property
    def summary(self) -> dict:
        return {
            "taskId": self.id, "status": self.status, "createdAt": self.created,
            "lastUpdatedAt": self.updated, "ttlMs": LIFETIME_MS, "pollIntervalMs": POLL_MS,
        }

    @property
    def detail(self) -> dict:
        detail = {"resultType": "complete", **self.summary, **self.outcome}
        if self.status == "input_required":
            detail["inputRequests"] = {
                key: one.model_dump(by_alias=True, mode="json", exclude_none=True)
                for key, one in self.pending.items()
            }
        return detail


async def slow_compute(task: Task, arguments: dict) -> dict:
    await asyncio.sleep(arguments.get("seconds", 0))
    return text(f"computed {arguments.get('label', '')}")


async def failing_job(task: Task, arguments: dict) -> dict:
    await asyncio.sleep(0.3)
    return text("the job failed", is_error=True)


async def protocol_error_job(task: Task, arguments: dict) -> dict:
    raise MCPError(code=-32603, message="the job broke")


async def confirm_delete(task: Task, arguments: dict) -> dict:
    name = arguments.get("filename", "")
    answers = await task.ask(confirm=form(f"Delete {name}?", **CONFIRM))
    return text(f"deleted {name}: {answers['confirm'].get('action')}")


async def multi_input(task: Task, arguments: dict) -> dict:
    answers = await task.ask(
        first=form("The first?", **CONFIRM), second=form("The second?", **CONFIRM)
    )
    return text(f"got {', '.join(sorted(answers))}")


async def test_tool_with_task(task: Task, arguments: dict) -> dict:
    return text(f"Hello, {arguments['name']}!")


JOBS = {
    job.__name__: job
    for job in (
        slow_compute, failing_job, protocol_error_job, confirm_delete, multi_input,
        test_tool_with_task,
    )
}
NEED_TASKS = {"failing_job", "protocol_error_job", "test_tool_with_task"}


class Tasks(Extension):
    identifier = TASKS

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}

    def methods(self):
        modern = frozenset(MODERN_PROTOCOL_VERSIONS)
        return [
            MethodBinding("tasks/get", TaskParams, self.get, modern),
            MethodBinding("tasks/update", UpdateParams, self.update, modern),
            MethodBinding("tasks/cancel", TaskParams, self.cancel, modern),
        ]

    async def intercept_tool_call(self, params, ctx, call_next):
        job = JOBS.get(params.name)
        declared = ctx.session.client_capabilities
        extensions = (declared.extensions if declared else None) or {}
        if job is None or ctx.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            return await call_next(ctx)
        if TASKS not in extensions:
            if params.name in NEED_TASKS:
                require_client_extension(ctx, TASKS)
            return await call_next(ctx)
        arguments = dict(params.arguments or {})
        if params.name == "test_tool_with_task":
            answer = (params.input_responses or {}).get("user_name")
            if answer is None:
                asked = {"user_name": form("What is your name?", name={"type": "string"})}
                return types.InputRequiredResult(input_requests=asked, request_state="named")
            arguments["name"] = answer.content["name"]
        task = Task()
        self.tasks[task.id] = task
        task.run = asyncio.create_task(self.run(task, job(task, arguments)))
        return {"resultType": "task", **task.summary}

    async def run(self, task: Task, work) -> None:
        try:
            task.set("completed", result=await work)
        except MCPError as error:
            task.set("failed", error={"code": error.error.code, "message": error.error.message})

    def find(self, ctx, params: TaskParams) -> Task:
        require_client_extension(ctx, TASKS)
        named = ctx.request.headers.get("mcp-name") if ctx.request is not None else params.task_id
        if named != params.task_id:
            raise MCPError(code=types.HEADER_MISMATCH, message="Mcp-Name is not the taskId")
        if (task := self.tasks.get(params.task_id)) is None:
            raise MCPError(code=types.INVALID_PARAMS, message="no such task")
        return task

    async def get(self, ctx, params: TaskParams) -> dict:
        return self.find(ctx, params).detail

    async def update(self, ctx, params: UpdateParams) -> dict:
        self.find(ctx, params).answer(params.input_responses)
        return {"resultType": "complete"}

    async def cancel(self, ctx, params: TaskParams) -> dict:
        task = self.find(ctx, params)
        task.set("cancelled")
        if task.run is not None:
            task.run.cancel()
        return {"resultType": "complete"}


def add_tasks(server: MCPServer) -> None:
    """The tools as they are to a client without tasks."""

    @server.tool()
    def greet(name: str) -> str:
        """Greets at once."""
        return f"Hello, {name}!"

    @server.tool(name="slow_compute")
    async def slow(seconds: float = 0, label: str = "") -> str:
        """Computes for some seconds."""
        await asyncio.sleep(min(seconds, 1))
        return f"computed {label}"

    def later(name: str, what: str) -> None:
        def tool(filename: str = "") -> str:
            return f"{name} needs tasks"

        server.add_tool(tool, name=name, description=what)

    later("failing_job", "Fails after a while.")
    later("protocol_error_job", "Ends with a protocol error.")
    later("confirm_delete", "Deletes a file if the user agrees.")
    later("multi_input", "Asks two questions.")
    later("test_tool_with_task", "Asks for a name, then works.")
