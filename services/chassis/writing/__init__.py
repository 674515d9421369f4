"""The one writer of a log: what waits is decided about and committed together, batch by batch."""
