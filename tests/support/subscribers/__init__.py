"""Subscribers with one fault each, for the kit that has to find it."""
