"""How entries travel: into the stream, out of it, and past it where it fails (NATS)."""
