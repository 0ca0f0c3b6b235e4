"""Server-to-client requests of the session era, on the stream of the call."""

from peer.target import SESSION
from registry import Check, scenario

CHOICES = {
    "untitledSingle": "option1",
    "titledSingle": "value1",
    "legacyEnum": "opt1",
    "untitledMulti": ["option1", "option2"],
    "titledMulti": ["value1", "value2"],
}


def text(result: dict) -> str:
    return "".join(one.get("text", "") for one in result.get("content", []))


def elicit(check: Check, tool: str, arguments: dict | None, content: dict) -> tuple[dict, str]:
    """The parameters with which a tool elicits, and what it says of the answer."""
    with check.connect() as peer:
        peer.answers["elicitation/create"] = lambda _: {"action": "accept", "content": content}
        result = peer.call(tool, arguments)
        asked = [one for one in peer.asked if one["method"] == "elicitation/create"]
    check.that(asked, f"{tool} did not ask the user")
    check.that(not result.get("isError"), f"{tool} failed: {text(result)}")
    return (asked[0].get("params", {}) if asked else {}), text(result)


@scenario("tools-call-sampling", SESSION)
def sampling(check: Check) -> None:
    with check.connect() as peer:
        result = peer.call("test_sampling", {"prompt": "Test prompt for sampling"})
        asked = [one for one in peer.asked if one["method"] == "sampling/createMessage"]
    if check.that(asked, "the server did not ask for a sample"):
        params = asked[0]["params"]
        messages = params.get("messages") or [{}]
        said = messages[0].get("content", {})
        said = said[0] if isinstance(said, list) else said
        check.that(said.get("text") == "Test prompt for sampling", "the prompt is not the tool's")
        check.that(params.get("maxTokens") == 100, f"maxTokens is {params.get('maxTokens')}")
    check.that(
        "This is a test response from the client" in text(result),
        f"the tool did not get the sample: {text(result)!r}",
    )


@scenario("tools-call-elicitation", SESSION)
def elicitation(check: Check) -> None:
    content = {"username": "testuser", "email": "test@example.com"}
    params, said = elicit(
        check, "test_elicitation", {"message": "Please provide your information"}, content
    )
    check.that(
        "Please provide your information" in params.get("message", ""),
        f"the user is asked {params.get('message')!r}",
    )
    check.that("testuser" in said and "accept" in said, f"the tool did not get the answer: {said!r}")


@scenario("elicitation-sep1034-defaults", SESSION)
def defaults(check: Check) -> None:
    content = {
        "name": "Jane", "age": 31, "score": 1.5, "status": "inactive", "verified": False
    }
    params, _ = elicit(check, "test_elicitation_sep1034_defaults", {}, content)
    properties = params.get("requestedSchema", {}).get("properties", {})
    for name, kinds, default in (
        ("name", ("string",), "John Doe"),
        ("age", ("integer",), 30),
        ("score", ("number",), 95.5),
        ("status", ("string",), "active"),
        ("verified", ("boolean",), True),
    ):
        schema = properties.get(name, {})
        check.that(schema.get("type") in kinds, f"the type of {name} is {schema.get('type')!r}")
        check.that(
            schema.get("default") == default and type(schema.get("default")) is type(default),
            f"the default of {name} is {schema.get('default')!r}",
        )
    choices = properties.get("status", {}).get("enum")
    check.that(choices == ["active", "inactive", "pending"], f"the enum of status is {choices}")


@scenario("elicitation-sep1330-enums", SESSION)
def enums(check: Check) -> None:
    params, _ = elicit(check, "test_elicitation_sep1330_enums", {}, CHOICES)
    properties = params.get("requestedSchema", {}).get("properties", {})
    for name in CHOICES:
        check.that(name in properties, f"the form has no field {name}")
    untitled = properties.get("untitledSingle", {})
    check.that(
        untitled.get("type") == "string" and isinstance(untitled.get("enum"), list)
        and "oneOf" not in untitled and "enumNames" not in untitled,
        f"untitledSingle is {untitled}",
    )
    single = properties.get("titledSingle", {})
    check.that(
        single.get("type") == "string" and "enum" not in single and are_titled(single.get("oneOf")),
        f"titledSingle is {single}",
    )
    legacy = properties.get("legacyEnum", {})
    check.that(
        legacy.get("type") == "string"
        and len(legacy.get("enum") or []) == len(legacy.get("enumNames") or [0]),
        f"legacyEnum is {legacy}",
    )
    multi = properties.get("untitledMulti", {})
    items = multi.get("items", {})
    check.that(
        multi.get("type") == "array" and items.get("type") == "string"
        and isinstance(items.get("enum"), list) and "anyOf" not in items,
        f"untitledMulti is {multi}",
    )
    multi = properties.get("titledMulti", {})
    items = multi.get("items", {})
    check.that(
        multi.get("type") == "array" and "enum" not in items and are_titled(items.get("anyOf")),
        f"titledMulti is {multi}",
    )


def are_titled(choices: object) -> bool:
    return bool(choices) and isinstance(choices, list) and all(
        isinstance(one.get("const"), str) and isinstance(one.get("title"), str) for one in choices
    )
