"""Commands and queries on their way in: who asks, whether they may, and how often."""
