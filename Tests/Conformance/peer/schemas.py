"""Messages against the JSON Schema of their revision."""

import functools
import json
import pathlib

PLACES = [
    pathlib.Path(__file__).parents[3] / "../shared/data/mcp",
]
RESULTS = {
    "ping": "EmptyResult",
    "logging/setLevel": "EmptyResult",
    "resources/subscribe": "EmptyResult",
    "resources/unsubscribe": "EmptyResult",
}


class Schemas:
    """Finds the definition of a message and says what is wrong with it."""

    def __init__(self, revision: str, folder: pathlib.Path) -> None:
        self.schema = json.loads((folder / f"schema-{revision}.json").read_text())
        self.definitions = self.schema["$defs"]
        self.by_method = {
            properties["method"]["const"]: name
            for name, definition in self.definitions.items()
            if "const" in (properties := definition.get("properties", {})).get("method", {})
        }

    @classmethod
    def find(cls, revision: str, folder: str | None) -> "Schemas | None":
        for place in [pathlib.Path(folder)] if folder else PLACES:
            if (place / f"schema-{revision}.json").exists():
                return cls(revision, place)
        return None

    def wrong(self, message: dict, method: str | None = None) -> list[str]:
        """What is wrong with a message that the server sent; `method` is what it answers."""
        if "method" in message:
            name = self.by_method.get(message["method"])
            if name is None:
                return [f"{message['method']} is no method of this revision"]
            return self.against(name, message, message["method"])
        if "error" in message:
            return self.against("JSONRPCErrorResponse", message, f"the error for {method}")
        result = message.get("result")
        wrong = self.against("JSONRPCResultResponse", message, f"the response to {method}")
        name = self.result(method, result)
        if not wrong and name is not None:
            wrong = self.against(name, result, f"the result of {method}")
        return wrong

    def result(self, method: str | None, result: object) -> str | None:
        kind = result.get("resultType", "complete") if isinstance(result, dict) else "complete"
        if kind == "input_required":
            return "InputRequiredResult"
        if kind != "complete":
            return None
        request = self.by_method.get(method, "")
        name = RESULTS.get(method) or request.removesuffix("Request") + "Result"
        return name if name in self.definitions else None

    def against(self, name: str, value: object, what: str) -> list[str]:
        errors = sorted(self.validator(name).iter_errors(value), key=lambda one: one.json_path)
        return [
            f"the schema's {name} does not hold for {what}: {error.json_path}: {error.message[:200]}"
            for error in errors[:3]
        ]

    @functools.cache
    def validator(self, name: str):
        import jsonschema

        return jsonschema.Draft202012Validator(
            {**self.schema, "$ref": f"#/$defs/{name}"},
            format_checker=None,
        )
