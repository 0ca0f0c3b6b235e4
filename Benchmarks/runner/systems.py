"""What is measured: the upstream itself, proxies in front of it, and Sallyport."""

import os
import secrets
import shutil
import time

from . import mcp
from .processes import BenchmarkError, Process, free_port


# How long a start may take; wrapped, that is under valgrind, everything is slower.
START_SECONDS = {False: 20, True: 180}


class System:
    """A running server that answers MCP at `url`."""

    def __init__(self, name, process, port, prefix="", token=None, upstream=None, tokens=None):
        self.name = name
        self.process = process
        self.port = port
        self.prefix = prefix
        self.token = token
        self.tokens = tokens  # a file of tokens that calls show in turn
        self.upstream = upstream  # where it is another than the run's
        self.start_ms = None
        self.idle_rss_mb = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/mcp"

    def tool(self, name):
        return self.prefix + name

    def wait_until_up(self, seconds=20):
        tool = self.tool("echo_100")
        try:
            self.process.wait_until(
                lambda: mcp.is_up(self.port, tool, self.token), "good answer", seconds)
        except BenchmarkError as error:
            raise BenchmarkError(
                f"{error}\nthe last answer to a call of {tool}: "
                f"{mcp.last_answer(self.port, tool, self.token)}") from None
        self.start_ms = (time.monotonic() - self.process.started) * 1000
        self.idle_rss_mb = self.process.rss_mb()
        return self


def start_upstream(stack, context, name="bench-upstream", wrapper=(), environment=None, era="both"):
    """bench-upstream, which is also the system `direct`."""
    port = free_port()
    command = [*wrapper, context.program("bench-upstream"), "--port", str(port),
               "--threads", str(context.upstream_threads), "--era", era]
    process = stack.enter_context(Process(name, command, context.scratch, environment))
    system = System("direct", process, port)
    if era != "session":
        return system.wait_until_up(START_SECONDS[bool(wrapper)])
    process.wait_until(lambda: mcp.counts(port), "answer")
    return system


NGINX = """
daemon off; worker_processes {workers}; pid {scratch}/nginx.pid; error_log {scratch}/nginx.err;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{
  access_log off; tcp_nodelay on;
  keepalive_timeout 1h; keepalive_requests 1000000000; client_max_body_size 10m;
  client_body_buffer_size 64k;
  client_body_temp_path {scratch}/body; proxy_temp_path {scratch}/proxy;
  fastcgi_temp_path {scratch}/fastcgi; uwsgi_temp_path {scratch}/uwsgi;
  scgi_temp_path {scratch}/scgi;
  upstream bench {{
    server 127.0.0.1:{upstream};
    keepalive 256; keepalive_requests 1000000000; keepalive_timeout 1h;
  }}
  server {{
    listen 127.0.0.1:{port} reuseport backlog=4096;
    location / {{
      proxy_pass http://bench; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffer_size 64k; proxy_buffers 32 64k; proxy_busy_buffers_size 512k;
      proxy_max_temp_file_size 0;
    }}
  }}
}}
"""


def start_nginx(stack, context):
    """A bare reverse proxy: the physical limit for anything that stands in front of a server."""
    port = free_port()
    process = run_nginx(
        stack, context, "nginx",
        NGINX.format(workers=context.loops, scratch=context.scratch, port=port,
                     upstream=context.upstream.port))
    return System("nginx", process, port).wait_until_up()


def run_nginx(stack, context, name, configuration):
    """nginx with a configuration, which is kept under its name."""
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not program:
        raise BenchmarkError("nginx is not installed: apt-get install nginx-light")
    path = context.write(f"{name}.conf", configuration)
    command = [program, "-p", context.scratch, "-c", path, "-e", f"{context.scratch}/{name}.err"]
    return stack.enter_context(Process(name, command, context.scratch))


POLICIES = """
@id("bench-lists")
permit (
  principal == Sallyport::Agent::"bench",
  action == Sallyport::Action::"list",
  resource
);

@id("bench-reads")
permit (
  principal == Sallyport::Agent::"bench",
  action in Sallyport::Action::"read",
  resource in Sallyport::Server::"bench"
);

@id("bench-writes")
permit (
  principal == Sallyport::Agent::"bench",
  action in Sallyport::Action::"write",
  resource in Sallyport::Server::"bench"
);

@id("no-huge-payloads")
forbid (
  principal,
  action == Sallyport::Action::"bench__payload",
  resource
)
when { context.input.bytes > 21000000 };
"""
FORBIDDEN_BYTES = 21_000_001

SALLYPORT = """
listen: 127.0.0.1:{port}
loops: {loops}
data: {data}
policies: {policies}
quarantine: false
agents:
  bench:
    token: {{env: BENCH_TOKEN}}
{settings}limits: {{in_flight_per_upstream: 1000, in_flight_per_agent: 1000, sessions: 10000,
         connections: {connections}}}
log: {{level: warning}}
mcpServers:
  bench:
{server}
    effect: read
    tools:
      write_100: {{effect: write}}
"""


def sallyport_files(context, name, server, loops=None, connections=10_000, settings=""):
    """Writes a configuration with policies; returns (path, port, token). `settings`: further lines,
    in which `{{port}}` is the gateway's."""
    policies = context.directory(f"{name}-policies")
    context.write(f"{name}-policies/bench.cedar", POLICIES)
    port, token = free_port(), secrets.token_urlsafe(32)
    path = context.write(
        f"{name}.yaml",
        SALLYPORT.format(port=port, loops=loops or context.loops, connections=connections,
                         policies=policies, server=server, data=context.directory(f"{name}-data"),
                         settings=settings.format(port=port)),
    )
    return path, port, token


def http_upstream(context, upstream=None):
    port = (upstream or context.upstream).port
    return f"    type: http\n    url: http://127.0.0.1:{port}/mcp"


def stdio_upstream(context):
    return f"    command: {context.program('bench-upstream')}\n    args: [--stdio]"


def start_sallyport(stack, context, name="sallyport", server=http_upstream, wrapper=(),
                    environment=None, upstream=None, **sizes):
    """Sallyport with a small, real set of policies, and a check that they govern. `sizes`: `loops`,
    `connections` and `settings`."""
    path, port, token = sallyport_files(context, name, server(context), **sizes)
    command = [*wrapper, context.sallyport, "serve", "--config", path]
    process = stack.enter_context(
        Process(name, command, context.scratch, {"BENCH_TOKEN": token, **(environment or {})})
    )
    system = System(name, process, port, prefix="bench__", token=token, upstream=upstream)
    system.wait_until_up(START_SECONDS[bool(wrapper)])
    check_governing(system)
    return system


def start_cell(stack, context, era, wrapper=(), environment=None):
    """Sallyport in front of an upstream that speaks one era only."""
    name = f"upstream-{era}-{len(Process.running)}"
    upstream = start_upstream(stack, context, name, era=era)
    return start_sallyport(
        stack, context, f"sallyport-to-{era}", lambda _: http_upstream(context, upstream),
        wrapper, environment, upstream)


def check_governing(system):
    """A gate that lets everything through would be fast: make sure that this one does not."""
    stranger = mcp.call(system.port, system.tool("echo_100"), {}, token="stranger")
    if stranger[0] != 401:
        raise BenchmarkError(f"a wrong token was answered with {stranger}, not with 401")
    allowed = mcp.call(system.port, system.tool("payload"), {"bytes": 100}, system.token)
    if not mcp.succeeded(allowed):
        raise BenchmarkError(f"a permitted call was answered with {allowed}")
    denied = mcp.call(
        system.port, system.tool("payload"), {"bytes": FORBIDDEN_BYTES}, system.token
    )
    if mcp.succeeded(denied):
        raise BenchmarkError(f"a forbidden call went through: {denied[0]} {denied[1][:300]}")
