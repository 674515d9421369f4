"""The client of an agency: follow the feed, ask, and send commands, over NATS.

It needs nats-py: ``pip install 'staffel-contracts[client]'``.
"""

from staffel_contracts.client.asking import STATUS_HEADER, Refusal
from staffel_contracts.client.connection import Connection
from staffel_contracts.client.disclosed import Disclosed
from staffel_contracts.client.feed import CONSUMER, INBOX, Feed

__all__ = ["CONSUMER", "INBOX", "STATUS_HEADER", "Connection", "Disclosed", "Feed", "Refusal"]
