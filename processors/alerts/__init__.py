"""Alert rules: their language, their matching, what fires and why."""
