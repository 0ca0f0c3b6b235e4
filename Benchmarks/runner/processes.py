"""Processes that end with the runner, and what /proc says about them."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None, use_errno=True)


class BenchmarkError(Exception):
    """The benchmark cannot go on; the text says why and what to do."""


def raise_descriptor_limit():
    """Lets the children have as many descriptors as they may, as a service manager would."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def free_port():
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class ForeignLoad:
    """How many cores everything but the runner and its children keeps busy, on average."""

    def __init__(self):
        self._start = self._read()

    @staticmethod
    def _read():
        with open("/proc/stat") as stat:
            ticks = [int(field) for field in stat.readline().split()[1:9]]
        busy = (sum(ticks) - ticks[3] - ticks[4]) / CLOCK_TICKS  # all but idle and waiting for I/O
        own = os.times()
        ended = own.user + own.system + own.children_user + own.children_system
        return time.monotonic(), busy, ended + sum(p.cpu_seconds() for p in Process.running)

    def cores(self):
        """The cores since this was made. Children still running now count as own."""
        then, now = self._start, self._read()
        return max(0, (now[1] - then[1]) - (now[2] - then[2])) / (now[0] - then[0])


class Process:
    """A child whose output goes to a log file. A context manager: leaving it ends the child."""

    running = []

    def __init__(self, name, command, scratch, environment=None):
        self.name = name
        self.log_path = os.path.join(scratch, f"{name}.log")
        self._log = open(self.log_path, "wb")
        self.child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            cwd=scratch,
            env={**os.environ, **(environment or {})},
            preexec_fn=_die_with_parent,
        )
        self.started = time.monotonic()
        Process.running.append(self)

    @property
    def pid(self):
        return self.child.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self in Process.running:
            Process.running.remove(self)
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self._log.close()

    def log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:]

    def wait_until(self, condition, what, seconds=20):
        """Waits until `condition()` is true; fails when the child ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.child.poll() is not None:
                raise BenchmarkError(
                    f"{self.name} ended with {self.child.returncode} before {what}:\n"
                    f"{self.log_tail()}"
                )
            if time.monotonic() > deadline:
                raise BenchmarkError(
                    f"{self.name}: no {what} after {seconds} s:\n{self.log_tail()}")
            time.sleep(0.002)

    def tree(self):
        """The pids of the child and all its descendants."""
        pids, found = [self.pid], []
        while pids:
            pid = pids.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as children:
                        pids += [int(child) for child in children.read().split()]
            except OSError:
                pass
        return found

    def cpu_seconds(self):
        """User and system time of the whole tree since it started."""
        ticks = 0
        for pid in self.tree():
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    fields = stat.read().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
            except OSError:
                pass
        return ticks / CLOCK_TICKS

    def rss_mb(self):
        """Resident memory of the whole tree in megabytes (10⁶ bytes)."""
        return self._status_mb("VmRSS:")

    def peak_mb(self):
        """The most resident memory since it was last forgotten."""
        return self._status_mb("VmHWM:")

    def forget_peak(self):
        """The peak is from now on that of what comes."""
        for pid in self.tree():
            with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")

    def _status_mb(self, member):
        kilobytes = 0
        for pid in self.tree():
            try:
                with open(f"/proc/{pid}/status") as status:
                    kilobytes += sum(
                        int(line.split()[1]) for line in status if line.startswith(member)
                    )
            except OSError:
                pass
        return kilobytes * 1024 / 1e6
