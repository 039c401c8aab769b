"""Checks of a configuration against the running servers: what is found, whether it is well, what to do."""
