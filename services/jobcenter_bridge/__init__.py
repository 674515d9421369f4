"""Handoffs and responsibility: who answers for a person, and since when.

Hears: intake (who was admitted), casework (when benefits end, sheets, answers to questions).
Says: handoffs and their answers, responsibility-changed, the start of benefits, gaps in cover.
Keeps: per person and domain who is responsible, and where the current handoff stands.
"""
