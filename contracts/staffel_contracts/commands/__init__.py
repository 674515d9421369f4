"""The commands, one module per service that decides them."""
