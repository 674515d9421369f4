"""Where a service keeps what it knows: its database, its log, and what was set aside."""
