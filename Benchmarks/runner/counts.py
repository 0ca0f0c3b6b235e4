"""Allocations and instructions of one governed call: counts that hardly vary between runs."""

import os
import shutil
import statistics
import struct
import subprocess
from contextlib import ExitStack

from . import rows, systems
from .processes import BenchmarkError

CALL = rows.Row("counts", "100 B, 1 connection", 1)
WARM_UP_CALLS = 500
# Cachegrind counts each step of a `rep stosb`, which clears 32 bytes in the time of one.
NO_STRING_INSTRUCTIONS = (
    "glibc.cpu.x86_rep_stosb_threshold=1000000000:glibc.cpu.x86_rep_movsb_threshold=1000000000")


def _calls(context, system, calls, row=CALL):
    report = rows.load(context, system, row, "--calls", calls)
    if report["errors"] or report["calls"] != calls:
        raise BenchmarkError(f"{report['errors']} errors while counting: {report['complaints']}")


def _build_shim(context):
    compiler = shutil.which("cc")
    if not compiler:
        raise BenchmarkError("no C compiler: apt-get install gcc")
    source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                          "allocations.c")
    shim = os.path.join(context.scratch, "allocations.so")
    subprocess.run([compiler, "-O2", "-fPIC", "-shared", "-o", shim, source], check=True)
    return shim


def allocations_per_call(context, start, calls=5000, row=CALL):
    """Heap allocations of all threads between two readings, divided by the calls in between.

    `start(stack, wrapper, environment)` starts the system to count in.
    """
    shim = _build_shim(context)
    path = context.write("allocation-count", "\0" * 8)

    def count():
        with open(path, "rb") as file:
            return struct.unpack("q", file.read(8))[0]

    with ExitStack() as stack:
        system = start(stack, (), {"LD_PRELOAD": shim, "ALLOCATION_COUNT": path})
        _calls(context, system, WARM_UP_CALLS, row)
        before = count()
        _calls(context, system, calls, row)
        counted = count() - before
    if counted == 0 and before == 0:
        raise BenchmarkError("nothing was counted: the process did not load the shim")
    return counted / calls


def instructions_per_call(context, start, few=200, many=1200, row=CALL, pairs=3):
    """Instructions by cachegrind of two processes that differ in nothing but the calls they served.
    The median of so many pairs, since a start now and then takes millions more than another.
    """
    if not shutil.which("valgrind"):
        raise BenchmarkError("valgrind is not installed: apt-get install valgrind")

    def pair():
        totals = [_instructions(context, start, calls, row) for calls in (few, many)]
        return (totals[1] - totals[0]) / (many - few)

    return statistics.median(pair() for _ in range(pairs))


def _instructions(context, start, calls, row):
    path = os.path.join(context.scratch, f"cachegrind-{calls}")
    wrapper = ("valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={path}")
    with ExitStack() as stack:
        system = start(stack, wrapper, {"GLIBC_TUNABLES": NO_STRING_INSTRUCTIONS})
        _calls(context, system, calls, row)
    try:
        return _summary(path)
    except BenchmarkError as error:
        raise BenchmarkError(f"{error}:\n{system.process.log_tail()}") from error


def _summary(path):
    if not os.path.exists(path):
        raise BenchmarkError("cachegrind wrote nothing")
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("summary:"):
                return int(line.split()[1])
    raise BenchmarkError("cachegrind gave no summary")


DECISIONS = (2_000, 12_000)


def allocations_per_decision(context, command):
    """The difference between two runs of bench-cedar that differ only in their decisions."""
    shim = _build_shim(context)
    totals = []
    for decisions in DECISIONS:
        path = context.write("allocation-count", "\0" * 8)
        _run([*command, "--decisions", str(decisions)],
             {"LD_PRELOAD": shim, "ALLOCATION_COUNT": path})
        with open(path, "rb") as file:
            totals.append(struct.unpack("q", file.read(8))[0])
    if totals[0] == 0:
        raise BenchmarkError("nothing was counted: the process did not load the shim")
    return (totals[1] - totals[0]) / (DECISIONS[1] - DECISIONS[0])


def instructions_per_decision(context, command):
    """The same difference in instructions, by cachegrind."""
    stripped = os.path.join(context.scratch, os.path.basename(command[0]))
    subprocess.run(["strip", "--strip-debug", "-o", stripped, command[0]], check=True)
    totals = []
    for decisions in DECISIONS:
        path = os.path.join(context.scratch, "cachegrind-decisions")
        _run(["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={path}",
              stripped, *command[1:], "--decisions", str(decisions)],
             {"GLIBC_TUNABLES": NO_STRING_INSTRUCTIONS})
        totals.append(_summary(path))
    return (totals[1] - totals[0]) / (DECISIONS[1] - DECISIONS[0])


def _run(command, environment):
    finished = subprocess.run(command, capture_output=True, text=True, check=False,
                              env={**os.environ, **environment})
    if finished.returncode != 0:
        raise BenchmarkError(f"{command[0]} failed: {finished.stderr}")


def use_stripped(context):
    """Counts are made with a stripped program: valgrind cannot read Swift's debug information."""
    stripped = os.path.join(context.scratch, "sallyport")
    subprocess.run(["strip", "--strip-debug", "-o", stripped, context.sallyport], check=True)
    context.use(stripped)


def start_sallyport(context):
    """How to start Sallyport for a count."""
    use_stripped(context)
    return lambda stack, wrapper, environment: systems.start_sallyport(
        stack, context, "counted", wrapper=wrapper, environment=environment)


def start_cell(context, era):
    """How to start Sallyport in front of an upstream of one era for a count."""
    return lambda stack, wrapper, environment: systems.start_cell(
        stack, context, era, wrapper, environment)


def start_upstream(context):
    """How to start bench-upstream for a count: to try the counting itself."""
    return lambda stack, wrapper, environment: systems.start_upstream(
        stack, context, "counted", wrapper=wrapper, environment=environment)
