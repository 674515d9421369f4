"""YAML as the published documents are written: keys in the order given, no aliases."""

from typing import Any

import yaml


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, _: Any) -> bool:
        return True


def yaml_text(document: Any) -> str:
    """A document as YAML text."""
    text: str = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)
    return text
