"""The keys of persons: kept apart from all data, wrapped, rotated, and destroyed for good."""
