"""Reading logs again: to check the live tables, to make them anew, to see how it was."""
