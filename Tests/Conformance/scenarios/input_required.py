"""Results that ask for input (SEP-2322)."""

from peer.target import STATELESS, RPCError
from registry import Check, scenario

TOOL = "test_input_required_result_"


def respond(request: dict) -> dict:
    """A client's answer to what it is asked."""
    if request["method"] == "sampling/createMessage":
        content = {"type": "text", "text": "The capital of France is Paris."}
        return {
            "role": "assistant", "content": content, "model": "test-model", "stopReason": "endTurn"
        }
    if request["method"] == "roots/list":
        return {"roots": [{"uri": "file:///test/root", "name": "Test root"}]}
    params = request.get("params", {})
    values = {"name": "Alice", "color": "blue", "ok": True, "context": "test context"}
    fields = params.get("requestedSchema", {}).get("properties", {})
    return {"action": "accept", "content": {key: values.get(key, "x") for key in fields}}


def answered(result: dict) -> dict:
    """The parameters with which the request is sent again."""
    requests = result.get("inputRequests") or {}
    again = {"inputResponses": {key: respond(one) for key, one in requests.items()}}
    if "requestState" in result:
        again["requestState"] = result["requestState"]
    return again


def is_asking(check: Check, result: dict, *methods: str) -> dict:
    """The input requests of a result that must ask for just these methods."""
    kind = result.get("resultType")
    if not check.that(kind == "input_required", f"the resultType is {kind!r}, not input_required"):
        return {}
    requests = result.get("inputRequests") or {}
    asked = sorted(one.get("method", "") for one in requests.values())
    check.that(asked == sorted(methods), f"the client is asked for {asked}")
    return requests


def is_complete(check: Check, result: dict, says: str = "") -> None:
    kind = result.get("resultType")
    check.that(kind == "complete", f"the resultType of the retry is {kind!r}, not complete")
    content = result.get("content")
    if check.that(isinstance(content, list) and content, "the retry's result has no content"):
        check.that(says in content[0].get("text", ""), f"the tool says {content[0].get('text')!r}")


def basic(check: Check, tool: str, method: str, says: str) -> None:
    with check.connect() as peer:
        result = peer.call(TOOL + tool)
        if is_asking(check, result, method):
            is_complete(check, peer.call(TOOL + tool, **answered(result)), says)


@scenario("input-required-result-basic-elicitation", STATELESS)
def basic_elicitation(check: Check) -> None:
    with check.connect() as peer:
        result = peer.call(TOOL + "elicitation")
        requests = is_asking(check, result, "elicitation/create")
        check.that("user_name" in requests, f"the keys are {sorted(requests)}, not user_name")
        if requests:
            is_complete(check, peer.call(TOOL + "elicitation", **answered(result)), "Hello, Alice!")


@scenario("input-required-result-basic-sampling", STATELESS)
def basic_sampling(check: Check) -> None:
    basic(check, "sampling", "sampling/createMessage", "The capital of France is Paris.")


@scenario("input-required-result-basic-list-roots", STATELESS)
def basic_list_roots(check: Check) -> None:
    basic(check, "list_roots", "roots/list", "file:///test/root")


@scenario("input-required-result-request-state", STATELESS)
def request_state(check: Check) -> None:
    with check.connect() as peer:
        result = peer.call(TOOL + "request_state")
        state = result.get("requestState")
        check.that(isinstance(state, str) and state, f"the requestState is {state!r}")
        if is_asking(check, result, "elicitation/create"):
            is_complete(check, peer.call(TOOL + "request_state", **answered(result)), "state-ok")


@scenario("input-required-result-multiple-input-requests", STATELESS)
def multiple(check: Check) -> None:
    tool = TOOL + "multiple_inputs"
    with check.connect() as peer:
        result = peer.call(tool)
        check.that(result.get("requestState"), "there is no requestState")
        if is_asking(check, result, "elicitation/create", "sampling/createMessage", "roots/list"):
            is_complete(check, peer.call(tool, **answered(result)), "Alice, with 1 root(s)")


@scenario("input-required-result-multi-round", STATELESS)
def multi_round(check: Check) -> None:
    tool = TOOL + "multi_round"
    with check.connect() as peer:
        first = peer.call(tool)
        if not is_asking(check, first, "elicitation/create"):
            return
        second = peer.call(tool, **answered(first))
        if not is_asking(check, second, "elicitation/create"):
            return
        check.that(first.get("requestState"), "the first round has no requestState")
        check.that(second.get("requestState"), "the second round has no requestState")
        check.that(
            first.get("requestState") != second.get("requestState"),
            "both rounds have the same requestState",
        )
        is_complete(check, peer.call(tool, **answered(second)), "Alice likes blue.")


@scenario("input-required-result-missing-input-response", STATELESS)
def missing_response(check: Check) -> None:
    wrong = {"wrong_key": {"action": "accept", "content": {"data": "wrong"}}}
    with check.connect() as peer:
        try:
            result = peer.call(TOOL + "elicitation", inputResponses=wrong)
        except RPCError as error:
            check.should(False, f"a missing response is answered with {error}")
            return
    kind = result.get("resultType")
    check.should(kind == "input_required", f"a missing response is not asked for again: {kind}")


@scenario("input-required-result-non-tool-request", STATELESS)
def non_tool_request(check: Check) -> None:
    params = {"name": check.target.name(TOOL + "prompt")}
    with check.connect() as peer:
        result = peer.request("prompts/get", params)
        if not is_asking(check, result, "elicitation/create"):
            return
        result = peer.request("prompts/get", {**params, **answered(result)})
    kind = result.get("resultType")
    check.that(kind == "complete", f"the resultType of the retry is {kind!r}")
    check.that(result.get("messages"), "the retry's result has no messages")


@scenario("input-required-result-result-type", STATELESS)
def result_type(check: Check) -> None:
    with check.connect() as peer:
        kind = peer.call(TOOL + "elicitation").get("resultType")
    check.that(kind == "input_required", f"the resultType is {kind!r}, not input_required")
