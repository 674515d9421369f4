"""The reception quota of a district by year."""
