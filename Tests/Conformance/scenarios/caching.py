"""What answers say of how long they may be kept (SEP-2549)."""

from peer.target import STATELESS
from registry import Check, scenario


@scenario("caching", STATELESS)
def caching(check: Check) -> None:
    with check.connect() as peer:
        asked = {
            method: peer.request(method)
            for method in (
                "server/discover", "tools/list", "prompts/list", "resources/list",
                "resources/templates/list",
            )
        }
        for resource in asked["resources/list"].get("resources", [])[:1]:
            asked["resources/read"] = peer.request("resources/read", {"uri": resource["uri"]})
    check.that("resources/read" in asked, "there is no resource to read")
    for method, result in asked.items():
        ttl, scope = result.get("ttlMs"), result.get("cacheScope")
        check.that(
            isinstance(ttl, int) and not isinstance(ttl, bool) and ttl >= 0,
            f"the ttlMs of {method} is {ttl!r}",
        )
        check.that(scope in ("public", "private"), f"the cacheScope of {method} is {scope!r}")
