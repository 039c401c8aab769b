"""The newswatch command line: one module a command group, loaded only when called."""
