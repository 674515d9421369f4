"""Telling: the agencies' feeds, webhooks, mail and notices."""
