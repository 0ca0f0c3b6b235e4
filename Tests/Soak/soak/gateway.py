"""The gateway under test: its configuration, its process, its memory and descriptors."""

import asyncio
import json
import os
import pathlib
import secrets
import signal
import socket
import sys

from .faults import RESULT_MAX

HERE = pathlib.Path(__file__).resolve().parent
AGENTS = 8
CALL_SECONDS = 4

POLICIES = """
@id("soak")
permit (principal, action, resource);

@id("no-forbidden")
forbid (
  principal,
  action in Sallyport::Action::"call",
  resource
)
when { resource.name == "forbidden" };
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """`sallyport serve` in a scratch directory."""

    def __init__(self, program, scratch, loops):
        self.program, self.scratch, self.loops = program, scratch, loops
        self.port = free_port()
        self.tokens = [secrets.token_urlsafe(24) for _ in range(AGENTS)]
        self.environment = os.environ | {
            f"SOAK_TOKEN_{number}": token for number, token in enumerate(self.tokens)}
        self.config = scratch / "sallyport.yaml"
        self.process = None

    def configure(self, http_servers, events_servers, stdio_servers, seed, reports):
        """`http_servers`, `events_servers`: name → port; `stdio_servers`: name → era."""
        servers = {name: {"type": "http", "url": f"http://127.0.0.1:{port}/mcp"}
                   for name, port in http_servers.items()}
        servers |= {name: {"type": "sse", "url": f"http://127.0.0.1:{port}/sse"}
                    for name, port in events_servers.items()}
        for name, era in stdio_servers.items():
            arguments = [str(HERE / "stdio_server.py"), name, era, str(seed), str(reports)]
            servers[name] = {"command": sys.executable, "args": arguments}
        for server in servers.values():
            server |= {"effect": "write", "timeout": f"{CALL_SECONDS}s",
                       "tools": {"fetch": {"effect": "read"}, "watch": {"effect": "read"}}}
        policies = self.scratch / "policies"
        policies.mkdir()
        (policies / "soak.cedar").write_text(POLICIES)
        self.config.write_text(json.dumps({
            "listen": f"127.0.0.1:{self.port}", "loops": self.loops, "data": "data",
            "policies": "policies", "quarantine": False, "local": {"agent": "local"},
            "agents": {f"a{number}": {"token": {"env": f"SOAK_TOKEN_{number}"}}
                       for number in range(AGENTS)},
            "limits": {"result": RESULT_MAX}, "log": {"level": "error"}, "mcpServers": servers}))

    def command(self, *words):
        return [self.program, *words, "--config", str(self.config)]

    async def start(self):
        log = (self.scratch / "gateway.log").open("wb")
        self.process = await asyncio.create_subprocess_exec(
            *self.command("serve"), env=self.environment, cwd=self.scratch, stdout=log, stderr=log,
            stdin=asyncio.subprocess.DEVNULL)

    async def run(self, *words):
        """A command's (exit code, output, errors)."""
        child = await asyncio.create_subprocess_exec(
            *self.command(*words), env=self.environment, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL)
        output, errors = await child.communicate()
        return child.returncode, output.decode(), errors.decode()

    async def not_ready(self):
        """The servers that are not ready, with their states; None while nobody answers."""
        code, output, _ = await self.run("upstream", "list", "--json")
        if code != 0:
            return None
        found = json.loads(output)
        entries = found if isinstance(found, list) else found["upstreams"]
        return {entry["name"]: entry["state"] for entry in entries if entry["state"] != "ready"}

    async def wait_until_ready(self, seconds):
        """Whether all servers became ready in time."""
        for _ in range(seconds * 2):
            if self.process.returncode is not None:
                return False
            if await self.not_ready() == {}:
                return True
            await asyncio.sleep(0.5)
        return False

    async def stop(self):
        """Its exit code; None when it had to be killed."""
        if self.process is None or self.process.returncode is not None:
            return self.process and self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(30):
                return await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            return None

    def log_tail(self):
        return (self.scratch / "gateway.log").read_text(errors="replace")[-2000:]

    # What /proc says.

    def memory(self):
        """Resident memory in 10⁶ bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024 / 1e6

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def children(self):
        """Process ids of its children, zombies included."""
        found = []
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            path = pathlib.Path(f"/proc/{self.process.pid}/task/{task}/children")
            found += path.read_text().split()
        return found

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
