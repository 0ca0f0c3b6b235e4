"""Tools and a prompt that ask the client: elicitation, sampling, roots, in one round or more."""

import json

import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.shared.exceptions import MCPError

from .asking import (
    ask,
    ask_now,
    ask_regardless,
    asks,
    field,
    form,
    is_stateless,
    missing,
    need,
    sample,
)

NAME = {"type": "string"}


def titled(**titles: str) -> list[dict]:
    return [{"const": value, "title": title} for value, title in titles.items()]


DEFAULTS = {
    "name": {"type": "string", "description": "User name", "default": "John Doe"},
    "age": {"type": "integer", "description": "User age", "default": 30},
    "score": {"type": "number", "description": "User score", "default": 95.5},
    "status": {
        "type": "string", "enum": ["active", "inactive", "pending"], "default": "active"
    },
    "verified": {"type": "boolean", "default": True},
}

ENUMS = {
    "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
    "titledSingle": {
        "type": "string", "oneOf": titled(value1="First", value2="Second", value3="Third")
    },
    "legacyEnum": {
        "type": "string", "enum": ["opt1", "opt2", "opt3"], "enumNames": ["One", "Two", "Three"]
    },
    "untitledMulti": {
        "type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}
    },
    "titledMulti": {
        "type": "array", "items": {"anyOf": titled(value1="First", value2="Second", value3="Third")}
    },
}


def told(what: str, answer: types.ElicitResult) -> str:
    return f"{what}: action={answer.action}, content={json.dumps(answer.content or {})}"


def add_questions(server: MCPServer) -> None:
    @server.tool()
    async def test_sampling(prompt: str, context: Context) -> str | types.InputRequiredResult:
        """Asks the client's model."""
        answers = await ask(context, sampled=sample(prompt))
        return answers if asks(answers) else f"LLM response: {answers['sampled'].content.text}"

    @server.tool()
    async def test_elicitation(message: str, context: Context) -> str | types.InputRequiredResult:
        """Asks the user for a name and an address."""
        request = form(message, username={"type": "string"}, email={"type": "string"})
        answers = await ask(context, user=request)
        return answers if asks(answers) else told("User response", answers["user"])

    @server.tool()
    async def test_streaming_elicitation(context: Context) -> str | types.InputRequiredResult:
        """Asks the user for a name."""
        answers = await ask(context, user=form("Who are you?", name=NAME))
        return answers if asks(answers) else told("User response", answers["user"])

    @server.tool()
    async def test_elicitation_sep1034_defaults(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks with a default for every kind of field."""
        answers = await ask(context, user=form("Please review", **DEFAULTS))
        return answers if asks(answers) else told("Elicitation completed", answers["user"])

    @server.tool()
    async def test_elicitation_sep1330_enums(context: Context) -> str | types.InputRequiredResult:
        """Asks with every kind of choice."""
        answers = await ask(context, user=form("Please choose", **ENUMS))
        return answers if asks(answers) else told("Elicitation completed", answers["user"])

    @server.tool()
    async def test_elicitation_url(context: Context) -> str | types.InputRequiredResult:
        """Sends the user to a page."""
        url = "https://example.com/connect"
        if is_stateless(context):
            params = types.ElicitRequestURLParams(message="Please connect", url=url)
        else:
            params = types.ElicitRequestURLParams(
                message="Please connect", url=url, elicitation_id="connect-1"
            )
        answers = await ask(context, user=types.ElicitRequest(params=params))
        return answers if asks(answers) else f"action={answers['user'].action}"

    @server.tool()
    async def test_missing_capability(context: Context) -> str:
        """Needs a client that samples."""
        need(context, "sampling")
        if not is_stateless(context):
            try:
                await ask_now(context, sample("Are you there?"))
            except MCPError as error:
                raise missing("sampling") from error
        return "the client samples"

    @server.tool()
    async def test_asks_regardless(context: Context) -> str | types.InputRequiredResult:
        """Asks whatever the client declared."""
        answers = await ask_regardless(context, user=form("Who are you?", name=NAME))
        return answers if asks(answers) else told("User response", answers["user"])

    add_rounds(server)

    @server.prompt()
    async def test_input_required_result_prompt(
        context: Context,
    ) -> list[UserMessage] | types.InputRequiredResult:
        """Asks for its context."""
        answers = await ask(
            context, user_context=form("What context should the prompt use?", context=NAME)
        )
        if asks(answers):
            return answers
        text = f"Use the following context: {field(answers['user_context'], 'context')}"
        return [UserMessage(types.TextContent(text=text))]


def add_rounds(server: MCPServer) -> None:
    @server.tool()
    async def test_input_required_result_elicitation(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for a name."""
        answers = await ask(context, user_name=form("What is your name?", name=NAME))
        return answers if asks(answers) else f"Hello, {field(answers['user_name'], 'name')}!"

    @server.tool()
    async def test_input_required_result_sampling(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks the client's model for a capital."""
        answers = await ask(context, capital_question=sample("What is the capital of France?"))
        if asks(answers):
            return answers
        return f"Model said: {answers['capital_question'].content.text}"

    @server.tool()
    async def test_input_required_result_list_roots(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for the client's roots."""
        answers = await ask(context, client_roots=types.ListRootsRequest())
        if asks(answers):
            return answers
        return "Roots: " + ", ".join(str(root.uri) for root in answers["client_roots"].roots)

    @server.tool()
    async def test_input_required_result_request_state(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for a confirmation and wants its state back."""
        answers = await ask(
            context, state="nonce", confirm=form("Please confirm", ok={"type": "boolean"})
        )
        return answers if asks(answers) else "state-ok"

    @server.tool()
    async def test_input_required_result_multiple_inputs(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for a name, a greeting and the roots at once."""
        answers = await ask(
            context,
            state="all",
            user_name=form("What is your name?", name=NAME),
            greeting=sample("Generate a greeting", 50),
            client_roots=types.ListRootsRequest(),
        )
        if asks(answers):
            return answers
        count = len(answers["client_roots"].roots)
        name = field(answers["user_name"], "name")
        return f"{answers['greeting'].content.text} {name}, with {count} root(s)"

    @server.tool()
    async def test_input_required_result_multi_round(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for a name, then for a color."""
        first = form("Step 1: What is your name?", name=NAME)
        second = form("Step 2: What is your favorite color?", color=NAME)
        if not is_stateless(context):
            name = field(await ask_now(context, first), "name")
            return f"{name} likes {field(await ask_now(context, second), 'color')}."
        state = json.loads(context.request_state or "{}")
        answers = context.input_responses or {}
        if "name" in state and "step2" in answers:
            return f"{state['name']} likes {field(answers['step2'], 'color')}."
        if state.get("round") == 1 and "step1" in answers:
            said = json.dumps({"round": 2, "name": field(answers["step1"], "name")})
            return types.InputRequiredResult(input_requests={"step2": second}, request_state=said)
        return types.InputRequiredResult(
            input_requests={"step1": first}, request_state=json.dumps({"round": 1})
        )

    @server.tool()
    async def test_input_required_result_tampered_state(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for a confirmation; its state is sealed."""
        answers = await ask(
            context, state="sealed", confirm=form("Please confirm", ok={"type": "boolean"})
        )
        return answers if asks(answers) else "state-ok"

    @server.tool()
    async def test_input_required_result_capabilities(
        context: Context,
    ) -> str | types.InputRequiredResult:
        """Asks for what the client declared it can answer, and nothing else."""
        declared = context.client_capabilities
        requests = {}
        if declared is not None and declared.sampling is not None:
            requests["sample"] = sample("Say hello", 50)
        if declared is not None and declared.elicitation is not None:
            requests["ask"] = form("What is your name?", name=NAME)
        if is_stateless(context):
            answers = await ask(context, state="declared", **requests)
            return answers if asks(answers) else "answered: " + ", ".join(sorted(answers))
        answered = []
        for key, request in requests.items():
            try:
                await ask_now(context, request)
                answered.append(key)
            except MCPError:
                continue
        return "answered: " + ", ".join(answered)
