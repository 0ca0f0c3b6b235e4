"""Changes that a client asked to be told of."""

import threading
import time

from peer.session import SessionPeer
from peer.stateless import KEY, StatelessPeer
from registry import Check, scenario

ACKNOWLEDGED = "notifications/subscriptions/acknowledged"


def heard_after(
    check: Check, peer: StatelessPeer, wanted: dict, trigger: str, arguments: dict | None = None,
    seconds: float = 3,
) -> list[str]:
    """Listens, calls a tool that changes something, and tells which notifications came."""
    return [one["method"] for one in listen(check, peer, wanted, trigger, arguments, seconds)]


def listen(
    check: Check, peer: StatelessPeer, wanted: dict, trigger: str, arguments: dict | None,
    seconds: float,
) -> list[dict]:
    # The trigger's own connection waits for its answer while the stream is open.
    exchange, id = peer.begin("subscriptions/listen", {"notifications": wanted}, seconds=seconds)
    heard = []
    ends = time.monotonic() + seconds
    called = None
    with exchange:
        check.that(exchange.reply.is_stream, f"listen is answered with {exchange.reply.status}")
        try:
            for message in peer.read(exchange, "subscriptions/listen"):
                if "method" not in message:
                    check.that(False, f"the subscription ended: {message}")
                    break
                tagged = message.get("params", {}).get("_meta", {}).get(KEY + "subscriptionId")
                check.that(tagged == id, f"{message['method']} has the subscriptionId {tagged!r}")
                if called is None:
                    check.that(
                        message["method"] == ACKNOWLEDGED,
                        f"the first message is {message['method']}, not the acknowledgement",
                    )
                    honoured = message.get("params", {}).get("notifications", {})
                    check.that(honoured == wanted, f"{honoured} is honoured of {wanted}")
                    called = threading.Thread(target=call, args=(peer, trigger, arguments))
                    called.start()
                    continue
                heard.append(message)
                if seconds > 1 or time.monotonic() > ends:
                    break
        except TimeoutError:
            pass
    if check.that(called is not None, "the subscription is not acknowledged"):
        called.join()
    return heard


def call(peer: StatelessPeer, tool: str, arguments: dict | None) -> None:
    try:
        peer.call(tool, arguments)
    except Exception as error:
        peer.wrong.append(f"{tool} could not be called: {error}")


@scenario("resource-updates", own=True, scored=False)
def updates(check: Check) -> None:
    uri = check.target.uri("test://watched-resource")
    updated = "notifications/resources/updated"
    with check.connect() as peer:
        if isinstance(peer, SessionPeer):
            peer.listen()
            peer.request("resources/subscribe", {"uri": uri})
            peer.call("test_touch_resource", {"text": "touched"})
            heard = peer.hear(updated)
            check.that(heard is not None, "an update of a resource is not told")
            told = (heard or {}).get("params", {}).get("uri")
        else:
            wanted = {"resourceSubscriptions": [uri]}
            heard = listen(check, peer, wanted, "test_touch_resource", {"text": "touched"}, 5)
            heard = [one for one in heard if one["method"] == updated]
            check.that(heard, "an update of a resource is not told")
            told = heard[0]["params"].get("uri") if heard else None
        check.that(told == uri, f"the update names {told!r}")


@scenario("list-changes", own=True, scored=False)
def list_changes(check: Check) -> None:
    with check.connect() as peer:
        for kind in ("tool", "prompt"):
            trigger, method = f"test_trigger_{kind}_change", f"notifications/{kind}s/list_changed"
            if isinstance(peer, SessionPeer):
                if peer.listening is None:
                    peer.listen()
                peer.call(trigger)
                heard = peer.hear(method) is not None
            else:
                heard = method in heard_after(check, peer, {f"{kind}sListChanged": True}, trigger, seconds=5)
            check.that(heard, f"a change of the {kind}s is not told")
            listed = {one["name"] for one in peer.request(f"{kind}s/list")[f"{kind}s"]}
            was = check.target.name(f"test_dynamic_{kind}") in listed
            peer.call(trigger)
            settled(check, peer, kind, not was)


def settled(check: Check, peer, kind: str, is_there: bool) -> None:
    """The list follows the change, if not at once."""
    name = check.target.name(f"test_dynamic_{kind}")
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        listed = {one["name"] for one in peer.request(f"{kind}s/list")[f"{kind}s"]}
        if (name in listed) == is_there:
            return
        time.sleep(0.1)
    check.that(False, f"the list of {kind}s does not follow a change")
