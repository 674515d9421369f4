"""Do the verifier's tests notice what is changed in it? One change at a time."""
