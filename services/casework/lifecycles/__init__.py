"""What casework only records, one table per kind of thing."""
