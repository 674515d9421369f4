"""The law as data: rules in files, read strictly, and the engine that computes dates by them."""
