"""What clients and servers of the soak have in common: revisions, tokens, texts."""

import json

STATELESS, SESSION = "stateless", "session"
REVISION = {STATELESS: "2026-07-28", SESSION: "2025-11-25"}
META = "io.modelcontextprotocol/"
DECISION = "dev.sallyport/decision"
RUN = "dev.sallyport/run"
SERVER_ERROR = 4711  # the code of the errors that upstreams answer on purpose


def token(client, number):
    """Names one call in the whole soak; every answer must bring it back."""
    return f"t{client:03d}x{number:06d}"


def text(token, size):
    """The text that belongs to a token: the token itself, and `size` bytes made of it."""
    filler = f"|{token}"
    return token + (filler * (size // len(filler) + 1))[:size]


def encoded(message):
    return json.dumps(message, separators=(",", ":")).encode()


def answer_to(method, token):
    """What a client answers to a request that belongs to the call with `token`."""
    if method == "elicitation/create":
        return {"action": "accept", "content": {"word": token}}
    if method == "sampling/createMessage":
        return {"role": "assistant", "model": "soak", "stopReason": "endTurn",
                "content": {"type": "text", "text": token}}
    return {"roots": [{"uri": f"file:///{token}", "name": token}]}


def question(what, token, number=0):
    """A request to the client: (method, params). It names the call it belongs to."""
    if what == "elicitation":
        return "elicitation/create", {
            "mode": "form", "message": f"{token} asks {number}",
            "requestedSchema": {"type": "object", "properties": {"word": {"type": "string"}},
                                "required": ["word"]}}
    if what == "sampling":
        return "sampling/createMessage", {
            "messages": [{"role": "user", "content": {"type": "text", "text": token}}],
            "maxTokens": 16}
    return "roots/list", {}
