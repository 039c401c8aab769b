"""newswatch: the shared vocabulary of the pipeline and its composition root."""
