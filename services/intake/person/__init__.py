"""Persons by the district's file reference: admission, decisions, titles."""
