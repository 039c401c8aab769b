"""Raw pages to articles: text without furniture, titles, authors, dates, in a pool of processes."""
