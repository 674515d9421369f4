"""Plays a feed at an agency's own subscriber that is worse than life, and judges by its ledger.

It knows the contracts and nothing else. It needs the extra:
``pip install 'staffel-contracts[conformance]'``.
"""
