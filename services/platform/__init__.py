"""Verbs that run a whole platform on one machine, for those who operate or try it."""
