"""Listing and calling tools."""

import re

from peer.target import SESSION
from registry import Check, scenario

NAME = re.compile(r"^[A-Za-z0-9_./-]{1,64}$")


def contents(check: Check, result: dict) -> list[dict]:
    content = result.get("content")
    check.that(isinstance(content, list) and content, "the result has no content")
    return content or []


def only(check: Check, result: dict, kind: str) -> dict:
    """The first content of this kind; it must be there."""
    found = [one for one in contents(check, result) if one.get("type") == kind]
    check.that(found, f"the result has no content of type {kind}")
    return found[0] if found else {}


@scenario("tools-list")
def tools_list(check: Check) -> None:
    with check.connect() as peer:
        tools = peer.request("tools/list").get("tools")
    if not check.that(isinstance(tools, list) and tools, "tools/list has no tools"):
        return
    for tool in tools:
        name = tool.get("name")
        check.that(isinstance(name, str) and NAME.match(name), f"{name!r} is no name of a tool")
        check.that(tool.get("description"), f"{name} has no description")
        check.that(isinstance(tool.get("inputSchema"), dict), f"{name} has no inputSchema")
    names = [tool.get("name") for tool in tools]
    check.that(len(set(names)) == len(names), "a tool is listed twice")
    check.that(check.target.name("test_simple_text") in names, "test_simple_text is not listed")


@scenario("tools-call-simple-text")
def simple_text(check: Check) -> None:
    with check.connect() as peer:
        name = check.target.name("test_simple_text")
        text = only(check, peer.request("tools/call", {"name": name}), "text")
    check.that(
        text.get("text") == "This is a simple text response for testing.",
        f"the text is {text.get('text')!r}",
    )


@scenario("tools-call-image")
def image(check: Check) -> None:
    with check.connect() as peer:
        content = only(check, peer.call("test_image_content"), "image")
    check.that(content.get("data"), "the image has no data")
    check.that(content.get("mimeType") == "image/png", "the image is no image/png")


@scenario("tools-call-audio")
def audio(check: Check) -> None:
    with check.connect() as peer:
        content = only(check, peer.call("test_audio_content"), "audio")
    check.that(content.get("data"), "the sound has no data")
    check.that(content.get("mimeType") == "audio/wav", "the sound is no audio/wav")


@scenario("tools-call-embedded-resource")
def embedded_resource(check: Check) -> None:
    with check.connect() as peer:
        resource = only(check, peer.call("test_embedded_resource"), "resource").get("resource", {})
    uri = check.target.uri("test://embedded-resource")
    check.that(resource.get("uri") == uri, f"the resource's URI is {resource.get('uri')!r}")
    check.that(resource.get("mimeType"), "the resource has no mimeType")
    check.that(resource.get("text") or resource.get("blob"), "the resource has no contents")


@scenario("tools-call-mixed-content")
def mixed_content(check: Check) -> None:
    with check.connect() as peer:
        result = peer.call("test_multiple_content_types")
    kinds = [one.get("type") for one in contents(check, result)]
    check.that(kinds == ["text", "image", "resource"], f"the types of the contents are {kinds}")


@scenario("tools-call-error")
def error(check: Check) -> None:
    with check.connect() as peer:
        result = peer.call("test_error_handling")
    check.that(result.get("isError") is True, "the result does not say isError")
    check.that(only(check, result, "text").get("text"), "the error has no text")


@scenario("tools-call-with-progress")
def with_progress(check: Check) -> None:
    token = "progress-of-the-test"
    with check.connect() as peer:
        peer.call("test_tool_with_progress", _meta={"progressToken": token})
        told = [
            one["params"] for one in peer.notifications
            if one["method"] == "notifications/progress"
        ]
    check.that(len(told) >= 3, f"{len(told)} notifications of progress came, not 3")
    steps = [one["progress"] for one in told]
    check.that(steps == sorted(steps), f"progress goes {steps}")
    check.that(
        all(one.get("progressToken") == token for one in told), "a progressToken is not the client's"
    )


@scenario("tools-call-with-logging", SESSION)
def with_logging(check: Check) -> None:
    with check.connect() as peer:
        peer.request("logging/setLevel", {"level": "debug"})
        peer.call("test_tool_with_logging")
        logged = [one for one in peer.notifications if one["method"] == "notifications/message"]
    check.that(len(logged) >= 3, f"{len(logged)} log messages came, not 3")
    for one in logged:
        params = one.get("params", {})
        check.that("level" in params and "data" in params, "a log message lacks level or data")


@scenario("json-schema-2020-12", scored=False)
def json_schema_2020_12(check: Check) -> None:
    with check.connect() as peer:
        tools = peer.request("tools/list")["tools"]
    wanted = check.target.name("json_schema_2020_12_tool")
    schema = next((one["inputSchema"] for one in tools if one["name"] == wanted), None)
    if not check.that(schema is not None, f"{wanted} is not listed"):
        return
    dialect = "https://json-schema.org/draft/2020-12/schema"
    check.that(schema.get("$schema") == dialect, "$schema is lost")
    check.that(schema.get("additionalProperties") is False, "additionalProperties is lost")
    address = schema.get("$defs", {}).get("address", {})
    check.that(address.get("properties"), "$defs is lost")
    check.that(address.get("$anchor") == "addressDef", "$anchor is lost")
    all_of = schema.get("allOf") or [{}]
    check.that(isinstance(all_of[0].get("anyOf"), list), "allOf or anyOf is lost")
    check.that(all(word in schema for word in ("if", "then", "else")), "if, then or else is lost")
    reference = schema.get("properties", {}).get("address", {}).get("$ref")
    check.that(reference == "#/$defs/address", "$ref is lost")
