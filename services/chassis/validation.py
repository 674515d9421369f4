"""How a value that breaks rules is told."""

from pydantic import ValidationError


def rules_broken(error: ValidationError) -> str:
    """Which fields break which rules, without what they hold."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or '(whole)'}: {e['msg']}" for e in found[:20])
