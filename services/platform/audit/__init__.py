"""What an auditor asks of a home: replays, who saw what, and the answer to the person."""
