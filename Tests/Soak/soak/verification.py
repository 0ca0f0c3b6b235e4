"""Whether an answer belongs to its request. Everything that is checked at a client is here."""

import re

from .words import DECISION, SERVER_ERROR

TOKEN = re.compile(r"t\d{3}x\d{6}")
METHOD_NOT_FOUND, INVALID_PARAMS = -32601, -32602
# Reasons for which a call may fail while servers misbehave.
FAILURES = {"upstream_failed", "upstream_timeout"}


def foreign(value, token):
    """A token in `value` that is not ours, if there is one."""
    return next((found for found in TOKEN.findall(f"{value}") if found != token), None)


def check_call(kind, value, token, expected, may_run, account, was_cancelled=False):
    """The answer to a call: right, failed for a reason, or a violation."""
    if other := foreign(value, token):
        return account.violation("the answer of another", f"{token} got {other}")
    if kind == "error":
        return check_error(value, token, account, was_cancelled)
    if kind == "status":
        return account.violation("a status instead of an answer", f"{token}: {value}")
    reason = ((value.get("_meta") or {}).get(DECISION) or {}).get("reason")
    if reason:
        return check_reason(reason, token, may_run, value, account, was_cancelled)
    texts = [part.get("text") for part in value.get("content", [])]
    if texts != [expected]:
        return account.violation("a wrong answer", f"{token}: {value}"[:300])
    if not may_run:
        return account.violation("a forbidden call was answered", token)
    account.must_run.add(token)
    account.count("answered: right")


def check_reason(reason, token, may_run, value, account, was_cancelled):
    if reason == "denied" and not may_run:
        return account.count("answered: denied, as it should be")
    if reason in FAILURES or (reason == "cancelled" and was_cancelled):
        return account.count(f"answered: {reason}")
    account.violation(f"a call failed as {reason}", f"{token}: {value}"[:300])


def check_error(error, token, account, was_cancelled):
    error = error or {}
    code = error.get("code")
    if code == SERVER_ERROR and token in error["message"]:
        return account.count("answered: the server's own error")
    if ((error.get("data") or {}).get(DECISION) or {}).get("reason") == "throttled":
        return account.count("answered: throttled")
    if was_cancelled:
        return account.count(f"answered: error {code} after cancelling")
    account.violation(f"an error {code}", f"{token}: {error}"[:300])


def check_belongs(what, kind, value, token, account):
    """The answer to what runs nothing: its own, or an error about a server that is away."""
    if other := foreign(value, token):
        account.violation("the answer of another", f"{token} got {other}")
    elif kind == "result" and token in f"{value}":
        account.count(f"answered: {what}")
    elif kind == "error" and value.get("code") not in (METHOD_NOT_FOUND, INVALID_PARAMS):
        account.count(f"{what}: error {value.get('code')}")
    else:
        account.violation(f"no {what}", f"{token}: {kind} {value}"[:300])


def heard_on_a_call(message, token, account):
    """A notification on the stream of a call must be about this call."""
    if other := foreign(message, token):
        # A process of the session era has one session and says of no call that it logs.
        if message.get("method") == "notifications/message" and account.is_one_agent(token, other):
            return account.count("heard: message of another call of the same agent")
        return account.violation("a notification of another", f"{token} heard {other}")
    method = message.get("method", "?").removeprefix("notifications/")
    params = message.get("params") or {}
    if method == "progress" and params.get("progressToken") != token:
        return account.violation("progress of another", f"{token} heard {message}")
    account.count(f"heard: {method}")


def question_of(request, token, account):
    """What is asked of a client must be asked in the call that is under way."""
    if other := foreign(request, token):
        if account.is_one_agent(token, other):
            return account.count("asked: in another call of the same agent")
        return account.violation("a question of another", f"{token} was asked {other}")
    account.count(f"asked: {request['method']}")


def check_list(kind, value, servers, has_prefix, account):
    if kind != "result":
        return account.violation("no list", f"{kind} {value}")
    names = [tool["name"] for tool in value["tools"]]
    known = {name.partition("__")[0] for name in names} <= set(servers)
    if len(set(names)) != len(names) or (has_prefix and not known):
        return account.violation("a wrong list", f"{names}"[:300])
    account.count("answered: list")
