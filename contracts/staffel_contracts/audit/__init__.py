"""What an auditor needs: one file that holds logs with their proofs, and how it is verified."""
