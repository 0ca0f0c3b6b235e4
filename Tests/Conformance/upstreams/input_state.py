"""What a client does with results that ask for input (SEP-2322)."""

import json
import secrets

from scenarios.input_required import answered

from .watching import Seen, Watching, text, tool, watcher

CONFIRM = {
    "confirm": {
        "method": "elicitation/create",
        "params": {
            "mode": "form", "message": "Please confirm",
            "requestedSchema": {"type": "object", "properties": {"ok": {"type": "boolean"}}},
        },
    }
}


@watcher
class InputState(Watching):
    name = "sep-2322-client-request-state"

    def __init__(self) -> None:
        super().__init__()
        # A state that whoever re-encodes JSON or trims text would change.
        self.state = json.dumps({"nonce": secrets.token_hex(8), "n": 1.0, "t": " ü\u2028 "}) + " "

    def tools(self) -> list[dict]:
        names = ("test_mrtr_echo_state", "test_mrtr_no_state", "test_mrtr_unrelated",
                 "test_mrtr_no_result_type", "test_mrtr_state_only")
        return [tool(name) for name in names]

    def call(self, seen: Seen) -> dict:
        name = seen.params.get("name")
        asking = {"resultType": "input_required", "inputRequests": CONFIRM}
        if name == "test_mrtr_no_result_type":
            return {"content": [{"type": "text", "text": "complete"}]}
        if name == "test_mrtr_state_only" and "requestState" not in seen.params:
            return {"resultType": "input_required", "requestState": self.state}
        if name in ("test_mrtr_echo_state", "test_mrtr_no_state"):
            if "inputResponses" not in seen.params:
                state = {"requestState": self.state} if name == "test_mrtr_echo_state" else {}
                return asking | state
        return text("complete")

    def drive(self, target, wrong) -> None:
        with self.connect(target, wrong) as peer:
            first = peer.call("test_mrtr_echo_state")
            other = peer.call("test_mrtr_unrelated")
            peer.call("test_mrtr_echo_state", **answered(first))
            peer.call("test_mrtr_no_state", **answered(peer.call("test_mrtr_no_state")))
            last = peer.call("test_mrtr_no_result_type")
            for result in (other, last):
                kind = result.get("resultType")
                if kind != "complete":
                    wrong.append(f"a complete result has the resultType {kind!r}")
            only = peer.call("test_mrtr_state_only")
            if only.get("resultType") == "input_required":
                peer.call("test_mrtr_state_only", requestState=only["requestState"])

    def judge(self, that) -> None:
        calls: dict[str, list[Seen]] = {}
        for one in self.of("tools/call"):
            calls.setdefault(one.params.get("name", ""), []).append(one)
        echo = calls.get("test_mrtr_echo_state", [])
        that(len(echo) == 2, f"the call with a state came {len(echo)} times")
        for one in echo[1:]:
            got = one.params.get("requestState")
            that(got == self.state, f"the state comes back as {got!r}, not {self.state!r}")
            that(one.message["id"] != echo[0].message["id"], "the retry has the id of the first")
            responses = one.params.get("inputResponses")
            wanted = {"confirm": {"action": "accept", "content": {"ok": True}}}
            that(responses == wanted, f"the responses are {responses}")
        none = calls.get("test_mrtr_no_state", [])
        that(len(none) == 2, f"the call without a state came {len(none)} times")
        for one in none[1:]:
            that("requestState" not in one.params, "a state is sent that the server did not give")
        for one in calls.get("test_mrtr_unrelated", []):
            extra = {"inputResponses", "requestState"} & set(one.params)
            that(not extra, f"another call carries {sorted(extra)}")
        count = len(calls.get("test_mrtr_no_result_type", []))
        that(count == 1, f"a result without resultType makes the client call {count} times")
        only = calls.get("test_mrtr_state_only", [])
        that(len(only) == 2, f"the call with a state only came {len(only)} times")
        for one in only[1:]:
            got = one.params.get("requestState")
            that(got == self.state, f"the state comes back as {got!r}")
