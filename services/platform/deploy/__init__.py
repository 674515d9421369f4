"""Running the platform in containers: what an operator's folder holds, and how it is made."""
