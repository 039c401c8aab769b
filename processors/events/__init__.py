"""Who did what to whom: mentions, triggers, arguments and events of a text, with the words that prove them."""
