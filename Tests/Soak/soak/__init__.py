"""The parts of the soak test; see run.py."""
