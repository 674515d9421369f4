"""Examples of what an agency builds on the contracts."""
