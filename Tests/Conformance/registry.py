"""What a scenario is, and all of them by name."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from peer.session import SessionPeer
from peer.stateless import StatelessPeer
from peer.target import SESSION, STATELESS, NoAnswer, RPCError, Target

BOTH = (STATELESS, SESSION)


class Check:
    """Collects what is wrong, as sentences."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.failures: list[str] = []
        self.warnings: list[str] = []

    def that(self, holds: object, otherwise: str) -> bool:
        """What the specification demands."""
        if not holds:
            self.failures.append(otherwise)
        return bool(holds)

    def should(self, holds: object, otherwise: str) -> bool:
        """What the specification recommends."""
        if not holds:
            self.warnings.append(otherwise)
        return bool(holds)

    def connect(self, capabilities: dict | None = None):
        """A client of the revision under test; its connection is its own."""
        kind = StatelessPeer if self.target.is_stateless else SessionPeer
        return kind(self.target, self.failures, capabilities)


@dataclass
class Scenario:
    name: str
    revisions: tuple[str, ...]
    run: Callable[[Check], None]
    # Whether the official requirement set of the revision counts it; `own` is not in that suite.
    scored: bool = True
    own: bool = False
    # Whether it can be asked at an endpoint that offers several servers.
    aggregated: bool = True
    # Whether it holds of a gateway only, whatever is behind it.
    gateway: bool = False


@dataclass
class Verdict:
    name: str
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failures


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, *revisions: str, **options):
    """Registers a function as the scenario of this name."""

    def register(run: Callable[[Check], None]):
        SCENARIOS[name] = Scenario(name, revisions or BOTH, run, **options)
        return run

    return register


def judge(one: Scenario, target: Target) -> Verdict:
    check = Check(target)
    try:
        one.run(check)
    except (RPCError, NoAnswer) as error:
        check.failures.append(str(error))
    except OSError as error:
        check.failures.append(f"the exchange broke off: {error!r}")
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        check.failures.append(
            f"the answer is not as expected: {error!r} ({place.name}, line {place.lineno})"
        )
    return Verdict(one.name, list(dict.fromkeys(check.failures)), check.warnings)
