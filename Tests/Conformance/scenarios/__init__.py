"""The scenarios, by the area that they look at. Importing this registers all of them."""

from . import (  # noqa: F401
    asking,
    caching,
    elicitation,
    headers,
    input_required,
    input_required_rules,
    lists,
    prompts,
    resources,
    sessions,
    stateless,
    streams,
    subscriptions,
    tasks,
    tasks_rules,
    tools,
)
