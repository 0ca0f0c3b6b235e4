"""The rules of results that ask for input: state, capabilities, what is sent back."""

from peer.target import STATELESS, RPCError
from registry import Check, scenario

from .input_required import TOOL, answered, is_asking


@scenario("input-required-result-unsupported-methods", STATELESS)
def unsupported_methods(check: Check) -> None:
    with check.connect() as peer:
        for method in ("tools/list", "prompts/list", "resources/list", "server/discover"):
            kind = peer.request(method).get("resultType")
            check.that(kind != "input_required", f"{method} asks for input")


@scenario("input-required-result-tampered-state", STATELESS)
def tampered_state(check: Check) -> None:
    tool = TOOL + "tampered_state"
    with check.connect() as peer:
        result = peer.call(tool)
        if not is_asking(check, result, "elicitation/create"):
            return
        state = result.get("requestState")
        if not check.that(state, "there is no requestState"):
            return
        for changed in (state + "-TAMPERED", state[:-4] + "AAAA", "", "x"):
            try:
                peer.call(tool, **{**answered(result), "requestState": changed})
            except RPCError:
                continue
            check.that(False, f"a requestState that was changed is accepted: {changed[-40:]!r}")


@scenario("input-required-result-capability-check", STATELESS)
def capability_check(check: Check) -> None:
    for declared, method in (
        ("sampling", "sampling/createMessage"), ("elicitation", "elicitation/create")
    ):
        with check.connect({declared: {}}) as peer:
            is_asking(check, peer.call(TOOL + "capabilities"), method)


@scenario("input-required-result-ignore-extra-params", STATELESS)
def ignore_extra(check: Check) -> None:
    accepted = {"action": "accept", "content": {"name": "Alice"}}
    with check.connect() as peer:
        try:
            result = peer.call(
                TOOL + "elicitation",
                inputResponses={"user_name": accepted, "unknown": accepted, "another": accepted},
            )
        except RPCError as error:
            check.should(False, f"responses that nobody asked for are answered with {error}")
            return
    kind = result.get("resultType")
    check.should(kind == "complete", f"responses that nobody asked for make the result {kind}")


@scenario("input-required-result-validate-input", STATELESS)
def validate_input(check: Check) -> None:
    with check.connect() as peer:
        is_asking(check, peer.call(TOOL + "elicitation"), "elicitation/create")
        for responses in ({"user_name": 12345}, None):
            try:
                result = peer.call(TOOL + "elicitation", inputResponses=responses)
            except RPCError:
                continue
            kind = result.get("resultType")
            check.should(
                kind == "input_required", f"inputResponses of {responses} make the result {kind}"
            )


@scenario("input-required-result-of-another-call", STATELESS, own=True, scored=False)
def of_another_call(check: Check) -> None:
    """The state of one call does not open another."""
    with check.connect() as peer:
        result = peer.call(TOOL + "request_state")
        again = answered(result)
        for tool, arguments in ((TOOL + "tampered_state", {}), (TOOL + "request_state", {"x": 1})):
            try:
                peer.call(tool, arguments, **again)
            except RPCError:
                continue
            check.that(False, f"{tool} with {arguments} accepts the state of another call")
