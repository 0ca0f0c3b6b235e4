"""Envoy with its MCP filter, the one compiled MCP gateway among the package indexes."""


def start_envoy(stack, context):
    return None
