"""What agencies and services say to each other."""
