"""The board's pages: each module answers the addresses of one page."""
