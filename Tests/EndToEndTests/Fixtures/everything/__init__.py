"""The rooms of `everything_server.py`: what the upstream of the conformance tests offers."""
