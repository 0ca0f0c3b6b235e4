"""The tasks extension: from creation to the end (SEP-2663)."""

import re
import time

from peer.target import STATELESS
from registry import Check, scenario

from .input_required import answered

TASKS = "io.modelcontextprotocol/tasks"
WITH_TASKS = {"elicitation": {}, "sampling": {}, "extensions": {TASKS: {}}}
ISO_8601 = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
ENDED = ("completed", "failed", "cancelled")
ENVELOPE = {"taskId", "status", "result", "error", "inputRequests"}


def create(check: Check, peer, tool: str, arguments: dict | None = None, **more) -> str:
    """The id of the task that a call becomes; empty when it does not."""
    result = peer.call(tool, arguments, **more)
    kind, id = result.get("resultType"), result.get("taskId")
    check.that(kind == "task" and id, f"{tool} is answered with resultType {kind!r}, taskId {id!r}")
    return id or ""


def until(check: Check, peer, id: str, *statuses: str) -> dict:
    """The task once it has one of these statuses, or has ended."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        task = peer.request("tasks/get", {"taskId": id})
        if task.get("status") in (*statuses, *ENDED):
            return task
        time.sleep(0.1)
    check.that(False, f"the task does not become one of {statuses or ENDED}")
    return {}


def acknowledges(check: Check, result: dict, what: str) -> None:
    check.that(result.get("resultType") == "complete", f"{what} is answered {result}")
    extra = ENVELOPE & set(result)
    check.that(not extra, f"the answer to {what} holds {sorted(extra)}")


@scenario("tasks-lifecycle", STATELESS, scored=False)
def lifecycle(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        result = peer.call("greet", {"name": "World"})
        check.that(result.get("resultType") != "task", "a tool that answers at once makes a task")
        check.that("taskId" not in result, "a tool that answers at once has a taskId")
        check.that(result.get("content"), "a tool that answers at once has no content")

        created = peer.call("slow_compute", {"seconds": 1, "label": "create"})
        check.that(created.get("resultType") == "task", f"the resultType is {created}")
        for name in ("taskId", "status"):
            check.that(created.get(name), f"a new task has no {name}")
        for name in ("createdAt", "lastUpdatedAt"):
            check.that(ISO_8601.match(str(created.get(name))), f"{name} is {created.get(name)!r}")
        extra = {"task", "result", "error", "inputRequests"} & set(created)
        check.that(not extra, f"a new task holds {sorted(extra)}")
        if id := created.get("taskId"):
            task = peer.request("tasks/get", {"taskId": id})
            check.that(task.get("taskId") == id, f"tasks/get names {task.get('taskId')!r}")
            check.that(task.get("status"), "tasks/get tells no status")
            ended = until(check, peer, id)
            check.that(ended.get("status") == "completed", f"the task is {ended.get('status')}")
            check.that(ended.get("result", {}).get("content"), "the task has no result")

        if id := create(check, peer, "failing_job"):
            ended = until(check, peer, id)
            check.that(ended.get("status") == "completed", "an error of a tool is no failed task")
            check.that(ended.get("result", {}).get("isError") is True, "the result is no error")
        if id := create(check, peer, "protocol_error_job"):
            ended = until(check, peer, id)
            check.that(ended.get("status") == "failed", f"the task is {ended.get('status')}")
            error = ended.get("error") or {}
            check.that(
                isinstance(error.get("code"), int) and isinstance(error.get("message"), str),
                f"the error is {error}",
            )
            check.that("result" not in ended, "a failed task has a result")

        if id := create(check, peer, "slow_compute", {"seconds": 60, "label": "cancel"}):
            acknowledges(check, peer.request("tasks/cancel", {"taskId": id}), "tasks/cancel")
            ended = until(check, peer, id)
            check.that(ended.get("status") == "cancelled", f"the task is {ended.get('status')}")
            acknowledges(check, peer.request("tasks/cancel", {"taskId": id}), "a second cancel")


@scenario("tasks-mrtr-input", STATELESS, scored=False)
def input_of_tasks(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        if id := create(check, peer, "confirm_delete", {"filename": "a.txt"}):
            task = until(check, peer, id, "input_required")
            requests = task.get("inputRequests") or {}
            check.that(requests, f"a task that needs input asks for nothing: {task}")
            check.that(
                all(one.get("method") == "elicitation/create" for one in requests.values()),
                f"the task asks {requests}",
            )
            params = {"taskId": id, "inputResponses": answered(task)["inputResponses"]}
            acknowledges(check, peer.request("tasks/update", params), "tasks/update")
            ended = until(check, peer, id)
            check.that(ended.get("status") == "completed", f"the task is {ended.get('status')}")

        if id := create(check, peer, "multi_input"):
            task = until(check, peer, id, "input_required")
            requests = task.get("inputRequests") or {}
            check.that(len(requests) == 2, f"the task asks {len(requests)} questions, not 2")
            responses = answered(task)["inputResponses"]
            first, *rest = responses
            params = {"taskId": id, "inputResponses": {first: responses[first]}}
            acknowledges(check, peer.request("tasks/update", params), "a part of the answers")
            task = peer.request("tasks/get", {"taskId": id})
            check.that(task.get("status") == "input_required", f"it is {task.get('status')}")
            left = sorted(task.get("inputRequests") or {})
            check.that(left == sorted(rest), f"{left} is still asked, not {rest}")
            params = {"taskId": id, "inputResponses": {key: responses[key] for key in rest}}
            peer.request("tasks/update", params)
            ended = until(check, peer, id)
            check.that(ended.get("status") == "completed", f"the task is {ended.get('status')}")


@scenario("tasks-mrtr-composition", STATELESS, scored=False)
def composition(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        first = peer.call("test_tool_with_task")
        kind = first.get("resultType")
        check.that(kind == "input_required", f"the first round is {kind!r}")
        check.that("taskId" not in first, "the first round has a taskId")
        if not check.that(first.get("inputRequests"), "the first round asks for nothing"):
            return
        second = peer.call("test_tool_with_task", **answered(first))
        check.that(second.get("resultType") == "task", f"the second round is {second}")
        extra = {"requestState", "inputRequests"} & set(second)
        check.that(not extra, f"the new task holds {sorted(extra)}")
        if id := second.get("taskId"):
            ended = until(check, peer, id)
            check.that(ended.get("status") == "completed", f"the task is {ended.get('status')}")
            said = ended.get("result", {}).get("content", [{}])[0].get("text", "")
            check.that("Alice" in said, f"the task does not know the answer: {said!r}")


@scenario("tasks-status-notifications", STATELESS, scored=False)
def notifications(check: Check) -> None:
    """They are optional: where they come they must be right."""
    with check.connect(WITH_TASKS) as peer:
        id = create(check, peer, "slow_compute", {"seconds": 0.5, "label": "notify"})
        params = {"notifications": {"taskIds": [id]}}
        exchange, _ = peer.begin("subscriptions/listen", params, seconds=2)
        with exchange:
            try:
                for message in exchange.messages():
                    if message.get("method") != "notifications/tasks":
                        continue
                    told = message.get("params", {})
                    check.that(told.get("taskId") == id, f"the task told of is {told}")
                    if check.that(told.get("status"), "there is no status") and (
                        told["status"] in ENDED
                    ):
                        break
            except TimeoutError:
                pass
        until(check, peer, id)
