"""Where a run finds its programs and puts its files."""

import os

from .processes import BenchmarkError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Context:
    """One run: programs, scratch directory, and how much to measure."""

    def __init__(self, scratch, sallyport=None, loops=1, upstream_threads=1):
        self.scratch = scratch
        self.loops = loops
        self.upstream_threads = upstream_threads
        self.upstream = None
        self._sallyport = sallyport

    def program(self, name):
        """The release build of `name`."""
        path = os.path.join(ROOT, ".build", "release", name)
        if not os.access(path, os.X_OK):
            raise BenchmarkError(
                f"{path} is missing: swift build -c release "
                f"-Xswiftc -cross-module-optimization --product {name}"
            )
        return path

    @property
    def sallyport(self):
        return os.path.abspath(self._sallyport) if self._sallyport else self.program("sallyport")

    def use(self, sallyport):
        """From now on another binary is measured."""
        self._sallyport = sallyport

    def directory(self, name):
        path = os.path.join(self.scratch, name)
        os.makedirs(path, exist_ok=True)
        return path

    def write(self, name, text):
        path = os.path.join(self.scratch, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path
