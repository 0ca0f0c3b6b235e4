"""Peers that speak raw JSON-RPC over HTTP, so that a scenario sees every message as it came."""
