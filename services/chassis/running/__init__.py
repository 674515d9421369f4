"""A service as a process: its parts, its health, its figures, and whoever waits to take over."""
