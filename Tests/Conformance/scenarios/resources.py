"""Resources: listing, reading, templates, what is not there."""

import json

from peer.target import SESSION, STATELESS, RPCError
from registry import Check, scenario


def read(check: Check, uri: str) -> dict:
    """The only contents of a resource."""
    with check.connect() as peer:
        contents = peer.request("resources/read", {"uri": uri}).get("contents")
    check.that(isinstance(contents, list) and contents, f"{uri} has no contents")
    contents = (contents or [{}])[0]
    check.that(contents.get("uri") == uri, f"the contents name the URI {contents.get('uri')!r}")
    check.that(contents.get("mimeType"), f"the contents of {uri} have no mimeType")
    return contents


@scenario("resources-list")
def resources_list(check: Check) -> None:
    with check.connect() as peer:
        resources = peer.request("resources/list").get("resources")
    if not check.that(isinstance(resources, list) and resources, "there are no resources"):
        return
    for resource in resources:
        check.that(resource.get("uri"), "a resource has no uri")
        check.that(resource.get("name"), f"{resource.get('uri')} has no name")
    uris = [resource.get("uri") for resource in resources]
    for own in ("test://static-text", "test://static-binary", "test://watched-resource"):
        check.that(check.target.uri(own) in uris, f"{check.target.uri(own)} is not listed")


@scenario("resources-templates-list", own=True, scored=False)
def templates_list(check: Check) -> None:
    with check.connect() as peer:
        templates = peer.request("resources/templates/list").get("resourceTemplates") or []
    uris = [one.get("uriTemplate") for one in templates]
    wanted = check.target.uri("test://template/{id}/data")
    check.that(wanted in uris, f"the template {wanted} is not listed, but {uris}")


@scenario("resources-read-text")
def read_text(check: Check) -> None:
    contents = read(check, check.target.uri("test://static-text"))
    check.that(
        contents.get("text") == "This is the content of the static text resource.",
        f"the text is {contents.get('text')!r}",
    )


@scenario("resources-read-binary")
def read_binary(check: Check) -> None:
    contents = read(check, check.target.uri("test://static-binary"))
    check.that(contents.get("blob"), "the contents have no blob")
    check.that(contents.get("mimeType") == "image/png", "the blob is no image/png")


@scenario("resources-templates-read")
def templates_read(check: Check) -> None:
    contents = read(check, check.target.uri("test://template/123/data"))
    check.that(
        json.loads(contents.get("text") or "{}").get("id") == "123",
        "the contents do not name the id of the URI",
    )


@scenario("sep-2164-resource-not-found", STATELESS)
def not_found(check: Check) -> None:
    uri = check.target.uri("test://nonexistent-resource-for-conformance-testing")
    with check.connect() as peer:
        try:
            result = peer.request("resources/read", {"uri": uri})
        except RPCError as error:
            check.should(error.code == -32602, f"the error's code is {error.code}, not -32602")
            data = error.data if isinstance(error.data, dict) else {}
            check.should(data.get("uri") == uri, f"the error's data is {error.data!r}")
            return
    check.that(result.get("contents"), "what is not there is answered with empty contents")
    check.should(False, "what is not there is answered with a result")


@scenario("resource-not-found", SESSION, own=True, scored=False)
def not_found_in_session(check: Check) -> None:
    uri = check.target.uri("test://nonexistent-resource-for-conformance-testing")
    with check.connect() as peer:
        try:
            peer.request("resources/read", {"uri": uri})
        except RPCError as error:
            # The code of this revision, or the one that newer servers keep in it.
            check.that(error.code in (-32002, -32602), f"the error's code is {error.code}")
            return
    check.that(False, "what is not there is answered with a result")


@scenario("resources-subscribe", SESSION)
def subscribe(check: Check) -> None:
    with check.connect() as peer:
        peer.request("resources/subscribe", {"uri": check.target.uri("test://watched-resource")})


@scenario("resources-unsubscribe", SESSION)
def unsubscribe(check: Check) -> None:
    uri = check.target.uri("test://watched-resource")
    with check.connect() as peer:
        peer.request("resources/subscribe", {"uri": uri})
        peer.request("resources/unsubscribe", {"uri": uri})


@scenario("resource-links", own=True, scored=False)
def links(check: Check) -> None:
    """A link in a result can be followed."""
    with check.connect() as peer:
        link = peer.call("test_resource_link")["content"][0]
        check.that(link.get("type") == "resource_link", f"the content is {link.get('type')!r}")
        uri = link.get("uri", "")
        check.that(uri == check.target.uri("test://static-text"), f"the link is to {uri!r}")
        contents = peer.request("resources/read", {"uri": uri})["contents"][0]
        check.that(contents.get("text"), "what is linked has no text")
