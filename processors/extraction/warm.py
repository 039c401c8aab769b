"""Imported once by the fork server of the extraction pool: what every process needs lies in memory they share.

A process whose watch is not the one in settings loads its own (processors.extraction.raw_to_article.prepare).
"""

import gc
from contextlib import suppress

from newswatch.freed_memory import give_back
from newswatch.settings import load_settings
from processors.events.tagging import tag
from processors.events.watchdata import load_watch
from processors.extraction import raw_to_article
from processors.language import detect

READY = (raw_to_article.process_raw, detect("a first text, so that the model is in memory"))
"""Shows that the modules and the language model are loaded."""

with suppress(Exception):  # the process that asks for this watch tells what is wrong with it; the server must live
    watch = load_watch(load_settings().watch)
    for lang in watch.lexicons:  # inflects the words of each, and compiles its patterns of dates and numbers
        tag("", "Cuba: 2 hotels, January 3.", published=None, lang=lang, watch=watch)

gc.collect()
give_back()
gc.freeze()  # the collector of a process would touch, and so copy, the shared pages
