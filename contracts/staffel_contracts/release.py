"""Which version of the contracts this is."""

from typing import Final

VERSION: Final = "0.2.0"
"""The version of the catalogue, as ``since`` and ``staffel contracts check`` mean it."""
