"""A soak that cannot find a wrong answer proves nothing: each check gets something wrong first."""

from .account import Account
from .ledger import LedgerCheck
from .measuring import Measuring
from .verification import check_belongs, check_call, heard_on_a_call, question_of
from .words import DECISION, SERVER_ERROR, text, token

OURS, OTHER = token(1, 1), token(2, 1)


class SelfCheckError(Exception):
    """A check found nothing where something was wrong, or something where nothing was."""


def answer(words, reason=None):
    meta = {"_meta": {DECISION: {"reason": reason}}} if reason else {}
    return {"content": [{"type": "text", "text": words}], "isError": bool(reason)} | meta


def calls():
    """Answers to a call of `OURS`, and whether each is right."""
    right = text(OURS, 20)
    return [
        (True, "result", answer(right), True),
        (True, "result", answer("no", "upstream_failed"), True),
        (True, "result", answer("no", "denied"), False),
        (True, "error", {"code": SERVER_ERROR, "message": f"{OURS} fails"}, True),
        (True, "error", {"code": -31002, "data": {DECISION: {"reason": "throttled"}}}, True),
        (False, "result", answer(text(OTHER, 20)), True),
        (False, "result", answer(right[:-1]), True),
        (False, "result", answer(right), False),
        (False, "result", answer("no", "denied"), True),
        (False, "result", answer("no", "ledger_unavailable"), True),
        (False, "error", {"code": SERVER_ERROR, "message": f"{OTHER} fails"}, True),
        (False, "error", {"code": -32603, "message": "internal"}, True),
        (False, "result", {"resultType": "input_required"}, True),
        (False, "status", 500, True),
    ]


def expect(what, is_right, act):
    account = Account(lambda _: None)
    account.owners = {OURS: 1, OTHER: 2}
    act(account)
    if is_right == bool(account.violations):
        raise SelfCheckError(f"{what}: {dict(account.violations)}")


def as_one(account):
    account.agent_of = lambda client: "one"
    return account


def twice(account):
    account.executed("h0", OURS)
    account.executed("h0", OURS)


def denied_and_run(account):
    account.must_not_run.add(OURS)
    account.executed("h0", OURS)
    account.settle()


def answered_and_not_run(account):
    account.must_run.add(OURS)
    account.settle()


def few_go_well(account):
    account.count("answered: right", 6)
    account.count("answered: upstream_failed", 4)
    account.require_success(0.7, [])


def ledger(account, *changes):
    """A call that ran and its two records, changed as told."""
    account.executed("h0", OURS)
    check = LedgerCheck(None, account, lambda number: f"a{number}")
    decision = {"kind": "decision", "method": "tools/call", "decision": "allow", "call": "c1",
                "server": "h0", "principal": {"agent": "a1"}, "claims": {"run": OURS}}
    records = [decision, {"kind": "outcome", "call": "c1"}]
    for change in changes:
        change(records)
    for record in records:
        check.take(record)
    check.judge()


def memory(samples, left=10):
    def act(account):
        measuring = Measuring(None)
        measuring.before = (30, 10)
        measuring.samples = [(second, *sample) for second, sample in enumerate(samples)]
        measuring.judge(account, left)
    return act


def run():
    """Raises `SelfCheckError` when a check does not do its work."""
    for number, (is_right, kind, value, may_run) in enumerate(calls()):
        expect(f"answer {number}", is_right,
               lambda account: check_call(kind, value, OURS, text(OURS, 20), may_run, account))
    own = {"method": "notifications/progress", "params": {"progressToken": OURS, "message": OURS}}
    for is_right, kind, value in (
            (True, "result", {"messages": [OURS]}), (True, "error", {"code": -32603}),
            (False, "result", {"messages": []}), (False, "result", {"messages": [OURS, OTHER]}),
            (False, "error", {"code": -32601}), (False, "status", 500)):
        expect(f"a prompt: {value}", is_right,
               lambda account: check_belongs("prompt", kind, value, OURS, account))
    expect("what never happened", False, lambda account: account.require("anything"))
    expect("progress", True, lambda account: heard_on_a_call(own, OURS, account))
    expect("progress of another", False, lambda account: heard_on_a_call(own, OTHER, account))
    log = {"method": "notifications/message", "params": {"data": OTHER}}
    expect("a log message of another agent", False,
           lambda account: heard_on_a_call(log, OURS, account))
    asked = {"method": "elicitation/create", "params": {"message": OURS}}
    expect("a question", True, lambda account: question_of(asked, OURS, account))
    expect("a question of another", False, lambda account: question_of(asked, OTHER, account))
    expect("a question of another of its own", True,
           lambda account: question_of(asked, OTHER, as_one(account)))
    expect("a call that ran", True, lambda account: account.executed("h0", OURS))
    expect("a call that nobody made", False, lambda account: account.executed("h0", "t9x9"))
    expect("a server that ran nothing", False,
           lambda account: account.require_success(0.7, ["h0"]))
    for act in (twice, denied_and_run, answered_and_not_run, few_go_well):
        expect(act.__name__, False, act)
    expect("a ledger", True, ledger)
    for change in (lambda records: records.pop(0), lambda records: records.pop(),
                   lambda records: records[0].update(server="h1"),
                   lambda records: records[0].update(claims={}),
                   lambda records: records[0]["principal"].update(agent="a2")):
        expect("a wrong ledger", False, lambda account: ledger(account, change))
    expect("flat", True, memory([(40, 100)] * 100))
    expect("memory that grows", False, memory([(40 + second, 100) for second in range(100)]))
    expect("descriptors that grow", False, memory([(40, 100 + second) for second in range(100)]))
    expect("descriptors that are left", False, memory([(40, 100)] * 100, left=500))
