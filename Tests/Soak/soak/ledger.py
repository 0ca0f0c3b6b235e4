"""Whether the ledger is whole, and says of every call that ran that it was allowed."""

import asyncio
import json


class LedgerCheck:
    """Holds the records against what the upstreams ran."""

    def __init__(self, gateway, account, agent_of):
        self.gateway, self.account, self.agent_of = gateway, account, agent_of
        self.allowed = {}
        self.denied = set()
        self.open = {}
        self.records = 0

    async def run(self):
        """Returns lines for the table."""
        code, output, errors = await self.gateway.run("audit", "verify")
        if code != 0:
            self.account.violation("the ledger does not verify", output + errors)
        await self.read()
        self.judge()
        lines = [line for line in output.strip().splitlines() if line][:3]
        return [*lines, f"records of calls: {self.records:,}; calls allowed {len(self.allowed):,}, "
                        f"denied {len(self.denied):,}, without an outcome {len(self.open):,}"]

    async def read(self):
        words = ("audit", "export", "--format", "jsonl", "--kind", "decision", "--kind", "outcome")
        child = await asyncio.create_subprocess_exec(
            *self.gateway.command(*words), env=self.gateway.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=1 << 20)
        while line := await child.stdout.readline():
            self.take(json.loads(line))
        if await child.wait() != 0:
            self.account.violation("the ledger cannot be exported", f"exit {child.returncode}")

    def take(self, record):
        if record["kind"] == "outcome":
            self.open.pop(record["call"], None)
            return
        if record.get("method") != "tools/call":
            return
        self.records += 1
        token = (record.get("claims") or {}).get("run")
        if record["decision"] != "allow":
            self.denied.add(token)
            return
        self.open[record["call"]] = token
        self.allowed[token] = record["server"]
        agent = record["principal"]["agent"]
        if agent != self.agent_of(self.account.owners.get(token)):
            self.account.violation("a record names another agent", f"{token} {agent}")

    def judge(self):
        for token, server in self.account.ran.items():
            if token not in self.allowed:
                self.account.violation("a call ran without its decision", token)
            elif self.allowed[token] != server:
                self.account.violation("a decision names another server", token)
        for token, call in [(token, call) for call, token in self.open.items()][:5]:
            self.account.log(f"no outcome: {token} ({call})")
        if self.open:
            self.account.violation("a call has no outcome", f"{len(self.open)} calls")
