"""How upstreams misbehave: what happens to one call, chosen with the server's own seed."""

# In a thousand calls.
FAULTS = {
    "late": 25, "slow write": 20, "slow read": 10, "never": 2, "error": 15, "wrong id": 6,
    "wrong id first": 15, "twice": 15, "cut": 6, "garbage": 8, "flood": 10, "asks": 15,
    "list change": 10, "huge": 1, "exit": 2, "forget": 4,
}
# An answer beyond the gateway's `limits.result`.
RESULT_MAX = 4 << 20
HUGE = RESULT_MAX + 1000


def choose(random, era, transport):
    """The fault of the next call, or None."""
    place = random.random() * 1000
    for fault, weight in FAULTS.items():
        place -= weight
        if place < 0:
            if fault == "forget" and (era, transport) != ("session", "http"):
                return None
            return fault
    return None
