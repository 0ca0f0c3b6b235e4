"""What was asked, what ran where, and what was wrong. The one place where all sides report."""

import collections


class Account:
    """Counts and violations of a whole soak."""

    def __init__(self, log, agent_of=lambda client: client):
        self.log, self.agent_of = log, agent_of
        self.counts = collections.Counter()
        self.violations = collections.Counter()
        self.ran = {}
        self.must_run = set()
        self.must_not_run = set()
        self.owners = {}

    def count(self, what, number=1):
        self.counts[what] += number

    def violation(self, kind, detail=""):
        self.violations[kind] += 1
        if self.violations[kind] <= 5:
            self.log(f"VIOLATION {kind}: {detail}")

    def is_one_agent(self, token, other):
        return self.agent_of(self.owners.get(token)) == self.agent_of(self.owners.get(other))

    def executed(self, server, token):
        """A server ran the call with this token."""
        if token in self.ran:
            self.violation("a call ran twice", f"{token} at {server}, before at {self.ran[token]}")
        elif token not in self.owners:
            self.violation("a call ran that nobody made", f"{token} at {server}")
        self.ran[token] = server
        self.count("calls run by upstreams")

    def require(self, what):
        """What must have happened at all, or nothing of it was checked."""
        if not self.counts[what]:
            self.violation("never happened", what)

    def require_success(self, part, servers):
        """Faults are rare: most calls go well, and every server runs some."""
        counts = self.counts
        failed = sum(number for what, number in counts.items()
                     if what.startswith("answered: upstream_") or what == "answered: throttled")
        if counts["answered: right"] < part * (counts["answered: right"] + failed):
            self.violation("too few calls go well", f"{failed} fail")
        for server in sorted(set(servers) - set(self.ran.values())):
            self.violation("a server ran nothing", server)

    def settle(self):
        """At the end: what should have run, and what should not have."""
        for token in sorted(self.must_run - self.ran.keys())[:5]:
            self.log(f"answered but not run: {token}")
        for token in sorted(self.must_not_run & self.ran.keys())[:5]:
            self.log(f"denied but run: {token}")
        missing, wrong = len(self.must_run - self.ran.keys()), self.must_not_run & self.ran.keys()
        if missing:
            self.violations["a call was answered that no upstream ran"] += missing
        if wrong:
            self.violations["a call was turned away and ran all the same"] += len(wrong)
