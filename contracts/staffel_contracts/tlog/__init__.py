"""Transparency logs in the formats of RFC 9162 and C2SP, for whoever verifies or cosigns a log."""
