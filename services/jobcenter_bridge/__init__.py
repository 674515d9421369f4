"""Handoffs and responsibility: who answers for a person, and since when."""
