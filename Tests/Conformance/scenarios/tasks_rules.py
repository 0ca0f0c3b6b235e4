"""The rules of the tasks extension: negotiation, fields, headers, methods."""

import time

from peer.target import STATELESS, RPCError
from registry import Check, scenario

from .tasks import TASKS, WITH_TASKS, acknowledges, create, until


def refused(check: Check, peer, method: str, params: dict, code: int, **options) -> None:
    try:
        peer.request(method, params, **options)
    except RPCError as error:
        check.that(error.code == code, f"{method} yields {error.code}, not {code}")
        return
    check.that(False, f"{method} with {params} is answered with a result")


@scenario("tasks-capability-negotiation", STATELESS, scored=False)
def negotiation(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        declared = peer.request("server/discover").get("capabilities", {})
        check.that("tasks" not in declared, "tasks are declared as in 2025-11-25")
        check.that(TASKS in declared.get("extensions", {}), "the tasks extension is not declared")
        id = create(check, peer, "slow_compute", {"seconds": 60, "label": "negotiated"})
    with check.connect({}) as plain:
        for method, params in (
            ("tasks/get", {"taskId": id}),
            ("tasks/update", {"taskId": id, "inputResponses": {}}),
            ("tasks/cancel", {"taskId": id}),
        ):
            refused(check, plain, method, params, -32021)
        result = plain.call("slow_compute", {"seconds": 0, "label": "plain"})
        check.that(result.get("resultType") == "complete", f"without tasks it is {result}")
        check.that("taskId" not in result, "a client without tasks gets a taskId")
        key = "io.modelcontextprotocol/clientCapabilities"
        meta = {key: {"extensions": {TASKS: {}}}}
        create(check, plain, "slow_compute", {"seconds": 0.1, "label": "once"}, _meta=meta)
    with check.connect(WITH_TASKS) as peer:
        peer.request("tasks/cancel", {"taskId": id})


@scenario("tasks-required-task-error", STATELESS, scored=False)
def required(check: Check) -> None:
    with check.connect({}) as peer:
        try:
            peer.call("failing_job")
        except RPCError as error:
            check.that(error.code == -32021, f"the error's code is {error.code}, not -32021")
            extensions = (error.data or {}).get("requiredCapabilities", {}).get("extensions", {})
            check.that(TASKS in extensions, f"the error's data is {error.data}")
            return
    check.that(False, "a tool that needs tasks answers a client without them")


@scenario("tasks-wire-fields", STATELESS, scored=False)
def fields(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        created = peer.call("slow_compute", {"seconds": 0.3, "label": "fields"})
        check.that("ttlMs" in created, "a new task has no ttlMs")
        for name, may_be_null in (("ttlMs", True), ("pollIntervalMs", False)):
            value = created.get(name)
            is_null = value is None and (may_be_null or name not in created)
            check.that(
                is_null or (type(value) is int and value > 0), f"{name} is {value!r}"
            )
        old = {"ttl", "pollInterval"} & set(created)
        check.that(not old, f"a new task has {sorted(old)} of 2025-11-25")
        if not check.that(created.get("taskId"), "there is no task"):
            return
        ended = until(check, peer, created["taskId"])
        meta = ended.get("result", {}).get("_meta") or {}
        check.that(
            "io.modelcontextprotocol/related-task" not in meta,
            "the result names its task as in 2025-11-25",
        )
        time.sleep(0.3)
        later = peer.request("tasks/get", {"taskId": created["taskId"]})
        check.that(later.get("taskId") == created["taskId"], "the task is gone before its ttlMs")


@scenario("tasks-request-state-removal", STATELESS, scored=False)
def no_request_state(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        created = peer.call("slow_compute", {"seconds": 60, "label": "state"})
        check.that("requestState" not in created, "a new task has a requestState")
        if check.that(created.get("taskId"), f"there is no task: {created}"):
            task = peer.request("tasks/get", {"taskId": created["taskId"]})
            check.that("requestState" not in task, "a task has a requestState")
            peer.request("tasks/cancel", {"taskId": created["taskId"]})


@scenario("tasks-request-headers", STATELESS, scored=False)
def headers(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        result = peer.call("greet", {"name": "sep-2243"})
        said = (result.get("content") or [{}])[0].get("text")
        check.that(said == "Hello, sep-2243!", f"greet says {said!r}")
        id = create(check, peer, "slow_compute", {"seconds": 60, "label": "headers"})
        task = peer.request("tasks/get", {"taskId": id})
        check.that(task.get("taskId") == id and task.get("status"), f"tasks/get says {task}")
        name = check.target.name("greet")
        refused(
            check, peer, "tools/call", {"name": name, "arguments": {"name": "x"}}, -32020,
            headers={"Mcp-Method": "tasks/get"},
        )
        refused(
            check, peer, "tasks/get", {"taskId": id}, -32020, headers={"Mcp-Name": "another-task"}
        )
        peer.request("tasks/cancel", {"taskId": id})


@scenario("tasks-dispatch-and-envelope", STATELESS, scored=False)
def dispatch(check: Check) -> None:
    with check.connect(WITH_TASKS) as peer:
        refused(check, peer, "tasks/result", {"taskId": "x"}, -32601)
        refused(check, peer, "tasks/list", {}, -32601)
        refused(check, peer, "tasks/get", {"taskId": "no-such-task"}, -32602)
        if id := create(check, peer, "failing_job"):
            until(check, peer, id)
        result = peer.call("greet", {"name": "old"}, task={"ttl": 60_000, "pollInterval": 100})
        check.that(
            result.get("resultType") == "complete" and "taskId" not in result,
            f"the task parameter of 2025-11-25 makes {result}",
        )
        result = peer.call("slow_compute", {"seconds": 0, "label": "instant"})
        if result.get("resultType") == "task":
            check.that(result.get("taskId"), "the task has no id")
            task = until(check, peer, result["taskId"])
            check.that(task.get("resultType") == "complete", f"tasks/get is {task}")
        else:
            check.that(isinstance(result.get("content"), list), "the result has no content")
        if id := create(check, peer, "slow_compute", {"seconds": 60, "label": "now"}):
            task = peer.request("tasks/get", {"taskId": id})
            check.that(task.get("taskId") == id, "a new task is not there at once")
            acknowledges(check, peer.request("tasks/cancel", {"taskId": id}), "tasks/cancel")
        if id := create(check, peer, "confirm_delete", {"filename": "b.txt"}):
            until(check, peer, id, "input_required")
            params = {"taskId": id, "inputResponses": {"unknown": {"action": "decline"}}}
            acknowledges(check, peer.request("tasks/update", params), "an unknown key")
            peer.request("tasks/cancel", {"taskId": id})
