"""Servers that watch how a client treats them: what a gateway is to those behind it.

Importing this registers all of them.
"""

from . import custom_headers, input_state, requests, session_era, tool_schemas  # noqa: F401
