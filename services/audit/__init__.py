"""Auditing: every log is read, verified, compared with what was signed, and archived in files.

Hears: every log, through its sayer's log endpoint.
Says: nothing; it decides nothing and has no log of its own.
Keeps: the archive: entries, hash tiles, checkpoints with cosignatures, findings.
"""
