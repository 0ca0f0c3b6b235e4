"""Asking the client in the middle of a call: the same code for both eras."""

import asyncio

import mcp_types as types
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

RESULTS = {
    "elicitation/create": types.ElicitResult,
    "sampling/createMessage": types.CreateMessageResult,
    "roots/list": types.ListRootsResult,
}
CAPABILITIES = {
    "elicitation/create": "elicitation",
    "sampling/createMessage": "sampling",
    "roots/list": "roots",
}


def is_stateless(context: Context) -> bool:
    return context.protocol_version in MODERN_PROTOCOL_VERSIONS


def form(message: str, **properties: dict) -> types.ElicitRequest:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return types.ElicitRequest(
        params=types.ElicitRequestFormParams(message=message, requested_schema=schema)
    )


def sample(text: str, max_tokens: int = 100) -> types.CreateMessageRequest:
    message = types.SamplingMessage(role="user", content=types.TextContent(text=text))
    return types.CreateMessageRequest(
        params=types.CreateMessageRequestParams(messages=[message], max_tokens=max_tokens)
    )


async def ask(context: Context, state: str | None = None, **requests):
    """The answers by key; in the stateless era, as long as one is missing, the result that asks.

    A client that did not say that it can answer is told what is missing.
    """
    for request in requests.values():
        need(context, CAPABILITIES[request.method])
    return await ask_regardless(context, state, **requests)


def need(context: Context, capability: str) -> None:
    declared = context.client_capabilities
    if declared is None or getattr(declared, capability) is None:
        raise missing(capability)


def missing(capability: str) -> MCPError:
    return MCPError(
        code=types.MISSING_REQUIRED_CLIENT_CAPABILITY,
        message=f"this tool needs the client's {capability}",
        data={"requiredCapabilities": {capability: {}}},
    )


async def ask_regardless(context: Context, state: str | None = None, **requests):
    if not is_stateless(context):
        answers = await asyncio.gather(*(ask_now(context, one) for one in requests.values()))
        return dict(zip(requests, answers))
    answers = context.input_responses or {}
    if requests.keys() <= answers.keys() and (state is None or context.request_state == state):
        return answers
    return types.InputRequiredResult(input_requests=requests, request_state=state)


async def ask_now(context: Context, request):
    """One request of the session era, on the stream of the call."""
    return await context.session.send_request(
        request,
        RESULTS[request.method],
        metadata=ServerMessageMetadata(related_request_id=context.request_id),
    )


def asks(answers) -> bool:
    return isinstance(answers, types.InputRequiredResult)


def field(answer, name: str) -> object:
    """A field of an accepted form."""
    return answer.content.get(name) if answer.action == "accept" and answer.content else None
