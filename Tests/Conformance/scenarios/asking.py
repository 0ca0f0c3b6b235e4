"""Being asked, in both eras: whatever the era of what is behind, the client sees its own."""

from peer.target import RPCError
from registry import Check, scenario

from .elicitation import text
from .input_required import answered, respond

ROUNDS = 10


def converse(check: Check, peer, tool: str, arguments: dict | None = None) -> tuple[dict, list]:
    """Calls a tool and answers whatever it asks; the result and the methods that were asked."""
    if not check.target.is_stateless:
        peer.answers["elicitation/create"] = lambda params: respond(
            {"method": "elicitation/create", "params": params}
        )
        result = peer.call(tool, arguments)
        return result, [one["method"] for one in peer.asked]
    asked = []
    result = peer.call(tool, arguments)
    for _ in range(ROUNDS):
        if result.get("resultType") != "input_required":
            return result, asked
        asked += [one["method"] for one in result.get("inputRequests", {}).values()]
        result = peer.call(tool, arguments, **answered(result))
    check.that(False, f"{tool} does not come to an end")
    return result, asked


@scenario("input-of-every-kind", own=True, scored=False)
def every_kind(check: Check) -> None:
    with check.connect() as peer:
        result, asked = converse(check, peer, "test_input_required_result_multiple_inputs")
    check.that(
        set(asked) == {"elicitation/create", "sampling/createMessage", "roots/list"},
        f"the client was asked {asked}",
    )
    said = text(result)
    check.that("Alice" in said and "1 root(s)" in said, f"the answers did not arrive: {said!r}")


@scenario("input-in-rounds", own=True, scored=False)
def in_rounds(check: Check) -> None:
    with check.connect() as peer:
        result, asked = converse(check, peer, "test_input_required_result_multi_round")
    check.that(asked == ["elicitation/create"] * 2, f"the client was asked {asked}")
    check.that(text(result) == "Alice likes blue.", f"the tool says {text(result)!r}")


@scenario("input-for-a-prompt", own=True, scored=False)
def for_a_prompt(check: Check) -> None:
    params = {"name": check.target.name("test_input_required_result_prompt")}
    with check.connect() as peer:
        if check.target.is_stateless:
            result = peer.request("prompts/get", params)
            result = peer.request("prompts/get", {**params, **answered(result)})
        else:
            peer.answers["elicitation/create"] = lambda params: respond(
                {"method": "elicitation/create", "params": params}
            )
            result = peer.request("prompts/get", params)
    said = result["messages"][0]["content"]["text"]
    check.that(said == "Use the following context: test context", f"the prompt says {said!r}")


@scenario("elicitation-of-a-page", own=True, scored=False)
def a_page(check: Check) -> None:
    capabilities = {"elicitation": {"form": {}, "url": {}}}
    with check.connect(capabilities) as peer:
        if check.target.is_stateless:
            result = peer.call("test_elicitation_url")
            params = next(iter(result["inputRequests"].values()))["params"]
            key = next(iter(result["inputRequests"]))
            retry = {"inputResponses": {key: {"action": "accept"}}}
            if "requestState" in result:
                retry["requestState"] = result["requestState"]
            result = peer.call("test_elicitation_url", **retry)
            check.that("elicitationId" not in params, "a page of 2026-07-28 has no elicitationId")
        else:
            peer.answers["elicitation/create"] = lambda _: {"action": "accept"}
            result = peer.call("test_elicitation_url")
            params = peer.asked[0]["params"]
            check.that(params.get("elicitationId"), "a page of 2025-11-25 needs an elicitationId")
    check.that(params.get("mode") == "url", f"the mode is {params.get('mode')!r}")
    check.that(params.get("url") == "https://example.com/connect", f"the page is {params.get('url')}")
    check.that(text(result) == "action=accept", f"the tool says {text(result)!r}")


@scenario("elicitation-declined", own=True, scored=False)
def declined(check: Check) -> None:
    with check.connect() as peer:
        if check.target.is_stateless:
            result = peer.call("test_elicitation", {"message": "Who?"})
            retry = {key: {"action": "decline"} for key in result["inputRequests"]}
            more = {name: result[name] for name in ("requestState",) if name in result}
            result = peer.call("test_elicitation", {"message": "Who?"}, inputResponses=retry, **more)
        else:
            peer.answers["elicitation/create"] = lambda _: {"action": "decline"}
            result = peer.call("test_elicitation", {"message": "Who?"})
    check.that("action=decline" in text(result), f"the tool says {text(result)!r}")


@scenario("input-of-a-client-that-cannot", own=True, scored=False)
def cannot(check: Check) -> None:
    """A client that declared nothing is not asked by a server that minds it."""
    unasked(check, "test_elicitation", {"message": "Who?"})


@scenario("input-asked-regardless", own=True, scored=False, gateway=True)
def regardless(check: Check) -> None:
    """A client that declared nothing is not asked by a server that does not mind it either."""
    unasked(check, "test_asks_regardless", {})


def unasked(check: Check, tool: str, arguments: dict) -> None:
    with check.connect({}) as peer:
        listed = {one["name"] for one in peer.request("tools/list")["tools"]}
        check.that(check.target.name(tool) in listed, f"{tool} is not listed")
        try:
            result = peer.call(tool, arguments)
        except RPCError:
            result = {}
        asked = [] if check.target.is_stateless else peer.asked
    kind = result.get("resultType")
    check.that(
        not asked and kind != "input_required",
        "the client is asked what it did not say it can answer",
    )
