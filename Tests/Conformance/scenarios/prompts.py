"""Prompts and completion."""

from registry import Check, scenario


def get(check: Check, prompt: str, **arguments) -> list[dict]:
    """The contents of a prompt's messages."""
    params = {"name": check.target.name(prompt)}
    if arguments:
        params["arguments"] = arguments
    with check.connect() as peer:
        messages = peer.request("prompts/get", params).get("messages")
    check.that(isinstance(messages, list) and messages, f"{prompt} has no messages")
    for message in messages or []:
        check.that(message.get("role") in ("user", "assistant"), "a message has no role")
        check.that(isinstance(message.get("content"), dict), "a message has no content")
    return [message.get("content", {}) for message in messages or []]


@scenario("prompts-list")
def prompts_list(check: Check) -> None:
    with check.connect() as peer:
        prompts = peer.request("prompts/list").get("prompts")
    if not check.that(isinstance(prompts, list) and prompts, "there are no prompts"):
        return
    for prompt in prompts:
        check.that(prompt.get("name"), "a prompt has no name")
        check.that(prompt.get("description"), f"{prompt.get('name')} has no description")
    names = [prompt.get("name") for prompt in prompts]
    for own in (
        "test_simple_prompt", "test_prompt_with_arguments", "test_prompt_with_embedded_resource",
        "test_prompt_with_image",
    ):
        check.that(check.target.name(own) in names, f"{check.target.name(own)} is not listed")


@scenario("prompts-get-simple")
def simple(check: Check) -> None:
    contents = get(check, "test_simple_prompt")
    check.that(contents and contents[0].get("text"), "the message has no text")


@scenario("prompts-get-with-args")
def with_arguments(check: Check) -> None:
    contents = get(check, "test_prompt_with_arguments", arg1="hello", arg2="wörld")
    text = contents[0].get("text", "") if contents else ""
    check.that("hello" in text and "wörld" in text, f"the arguments are not in {text!r}")


@scenario("prompts-get-embedded-resource")
def with_resource(check: Check) -> None:
    uri = check.target.uri("test://example-resource")
    contents = get(check, "test_prompt_with_embedded_resource", resourceUri="test://example-resource")
    found = [one.get("resource", {}) for one in contents if one.get("type") == "resource"]
    if check.that(found, "no message embeds a resource"):
        check.that(found[0].get("uri") == uri, f"the resource's URI is {found[0].get('uri')!r}")
        check.that(found[0].get("mimeType"), "the resource has no mimeType")
        check.that(found[0].get("text") or found[0].get("blob"), "the resource has no contents")


@scenario("prompts-get-with-image")
def with_image(check: Check) -> None:
    found = [one for one in get(check, "test_prompt_with_image") if one.get("type") == "image"]
    if check.that(found, "no message holds an image"):
        check.that(found[0].get("data"), "the image has no data")
        check.that(found[0].get("mimeType"), "the image has no mimeType")


@scenario("completion-complete")
def complete(check: Check) -> None:
    with check.connect() as peer:
        completion = peer.request("completion/complete", {
            "ref": {"type": "ref/prompt", "name": check.target.name("test_prompt_with_arguments")},
            "argument": {"name": "arg1", "value": "par"},
        }).get("completion")
    if check.that(isinstance(completion, dict), "there is no completion"):
        values = completion.get("values")
        check.that(isinstance(values, list), "the completion has no values")
        check.that(len(values or []) <= 100, "there are more than 100 values")
        check.that(values == ["paris", "park", "party"], f"the values are {values}")


@scenario("completion-of-a-template", own=True, scored=False)
def complete_template(check: Check) -> None:
    with check.connect() as peer:
        completion = peer.request("completion/complete", {
            "ref": {"type": "ref/resource", "uri": check.target.uri("test://template/{id}/data")},
            "argument": {"name": "id", "value": "py"},
            "context": {"arguments": {}},
        }).get("completion", {})
    check.that(completion.get("values") == ["python"], f"the completion is {completion}")
