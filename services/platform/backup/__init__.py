"""Backups: made while everything runs, verified, drilled, and restored into an empty place."""
