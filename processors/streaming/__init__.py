"""How a stage runs on Faust: what it reads, remembers, writes, acknowledges, and when it must stop."""
