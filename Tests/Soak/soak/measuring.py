"""Whether memory and descriptors stay where they are."""

import asyncio
import statistics
import time

EVERY_SECONDS = 1
# The warm-up, and each of the two windows that are compared, as parts of the whole.
WARM_UP, WINDOW = 0.25, 0.2
# What the later window may have more than the earlier one: a factor, and an amount.
MEMORY_FACTOR, MEMORY_MORE = 1.10, 16
DESCRIPTORS_MORE = 40
# What may be left open when all clients are gone: kept connections to upstreams.
DESCRIPTORS_LEFT = 120


class Measuring:
    """Samples of the gateway while the load is on."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.samples = []
        self.before = None

    def baseline(self):
        self.before = (self.gateway.memory(), self.gateway.descriptors())

    async def run(self):
        start = time.monotonic()
        while True:
            self.samples.append((time.monotonic() - start, self.gateway.memory(),
                                 self.gateway.descriptors()))
            await asyncio.sleep(EVERY_SECONDS)

    def window(self, start, end):
        last = self.samples[-1][0]
        chosen = [sample for sample in self.samples if start * last <= sample[0] <= end * last]
        return [statistics.median(column) for column in list(zip(*chosen))[1:]]

    def judge(self, account, left):
        """Compares the windows; `left`: the descriptors after all clients are gone. Returns lines
        for the table."""
        early = self.window(WARM_UP, WARM_UP + WINDOW)
        late = self.window(1 - WINDOW, 1)
        memory_max = early[0] * MEMORY_FACTOR + MEMORY_MORE
        if late[0] > memory_max:
            account.violation("memory grows", f"{early[0]:.1f} MB, later {late[0]:.1f} MB")
        if late[1] > early[1] + DESCRIPTORS_MORE:
            account.violation("descriptors grow", f"{early[1]:.0f}, later {late[1]:.0f}")
        if left > self.before[1] + DESCRIPTORS_LEFT:
            account.violation("descriptors are left", f"{self.before[1]} before, {left} after")
        peak = [max(column) for column in list(zip(*self.samples))[1:]]
        return [
            f"resident memory: {self.before[0]:.1f} MB before, {early[0]:.1f} MB after the "
            f"warm-up, {late[0]:.1f} MB at the end (at most {memory_max:.1f}), {peak[0]:.1f} MB at most",
            f"descriptors: {self.before[1]} before, {early[1]:.0f} after the warm-up, "
            f"{late[1]:.0f} at the end, {peak[1]} at most, {left} when the clients are gone "
            f"(at most {self.before[1] + DESCRIPTORS_LEFT})",
        ]
