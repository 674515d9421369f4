"""The services of Staffel, each with its own log, database and process."""
