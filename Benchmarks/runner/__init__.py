"""The parts of the benchmark runner; see run.py."""
