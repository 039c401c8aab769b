"""Stories: copies, joining, fusion of events, corroboration; pure. The stage around it keeps the memory."""
