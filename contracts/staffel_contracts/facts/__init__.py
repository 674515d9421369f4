"""The facts, one module per service that says them."""
