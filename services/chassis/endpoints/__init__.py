"""The sides a running service can be reached on: HTTP and NATS."""
