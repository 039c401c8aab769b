"""One record type per hop of the pipeline; all frozen, keyword-only and free of any framework."""
