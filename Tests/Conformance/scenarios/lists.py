"""What holds for every list."""

from registry import Check, scenario

LISTS = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}


@scenario("lists-page-to-their-end", own=True, scored=False)
def pages(check: Check) -> None:
    with check.connect() as peer:
        for method, member in LISTS.items():
            params, seen = {}, 0
            for _ in range(50):
                page = peer.request(method, params)
                seen += len(page.get(member) or [])
                if page.get("nextCursor") is None:
                    break
                params = {"cursor": page["nextCursor"]}
            else:
                check.that(False, f"{method} has no last page")
            check.that(seen > 0, f"{method} is empty")


@scenario("lists-are-the-same-each-time", own=True, scored=False)
def stable(check: Check) -> None:
    with check.connect() as peer:
        for method, member in LISTS.items():
            first, second = (peer.request(method).get(member) for _ in range(2))
            check.that(first == second, f"{method} is not the same twice")
