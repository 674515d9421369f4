"""The demonstration: an invented year of a district, through the real doors."""
