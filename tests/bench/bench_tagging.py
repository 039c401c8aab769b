"""CPU, memory and start-up of tagging: per 1,000-word article, along the length of the page, with many more names.

Run: python -m tests.bench.bench_tagging [--articles 40] [--rounds 5] [--json] [PAGE …]
Goals: 5 ms CPU per 1,000-word article, linear to 20,000 words, start-up within 1 s with 10,000 names, 200 MB.
There are four kinds of article, from one wholly off the watch to a dense one, in which every sentence tells an event,
as in no news; plain texts of your own (PAGE) are measured beside them as English. Start-up is measured in processes of
its own: to load the watch, and to tag a first sentence of each language, which inflects its lexicon.
"""

import argparse
import json
import random
import resource
import shutil
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import newswatch
from processors.events.tagging import tag
from processors.events.watchdata import LANGUAGES, Watch, load_watch
from tests.bench.tagging_pages import DAY, KINDS, TITLE, articles, joined

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"
LENGTHS = (1_000, 5_000, 20_000)
EXTRA_NAMES = 10_000


def milliseconds(texts: list[str], watch: Watch, lang: str, rounds: int, title: str = TITLE) -> float:
    """Mean over texts of the best CPU time of several rounds, in ms per 1,000 words."""
    total = words = 0.0
    for text in texts:
        best = float("inf")
        for _ in range(rounds):
            start = time.process_time()
            tag(title, text, published=DAY, lang=lang, watch=watch)
            best = min(best, time.process_time() - start)
        total += best
        words += len(text.split())
    return total * 1e6 / words


def kinds(watch: Watch, count: int, rounds: int) -> dict[str, float]:
    """Cost of a 1,000-word article of every kind in every language, and how many events such an article tells."""
    figures: dict[str, float] = {}
    for lang in LANGUAGES:
        for kind, texts in KINDS.items():
            made = joined(texts(lang, watch), 1_000, count)
            title = TITLE if kind == "dense" else ""
            found = sum(len(tag(title, text, published=DAY, lang=lang, watch=watch).events) for text in made)
            figures[f"{lang}, {kind}: events per article"] = found / count
            figures[f"{lang}, {kind}: ms CPU per 1,000-word article"] = milliseconds(made, watch, lang, rounds, title)
    return figures


def start_up(folder: Path) -> dict[str, float]:
    """What a process pays before its first article: CPU seconds and its peak of memory."""
    start = time.process_time()
    watch = load_watch(folder)
    loaded = time.process_time()
    for lang in LANGUAGES:
        tag("", "Cuba: 2 hotels, January 3.", published=DAY, lang=lang, watch=watch)
    names = f"{len(watch.names)} names"
    return {
        f"start-up s, {names} (CPU)": loaded - start,
        f"first sentence of every language s, {names} (CPU)": time.process_time() - loaded,
        f"peak memory MB, {names}": peak(),
    }


def peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def crowded(folder: Path) -> Path:
    """A copy of the watch with thousands of made-up actors more."""
    target = folder / "crowded"
    shutil.copytree(WATCH, target)
    chance = random.Random(3)
    syllables = ("ba", "co", "du", "fe", "gi", "lo", "ma", "ni", "pa", "ra", "su", "ti", "ve", "zu", "que", "lla")
    with (target / "actors.tsv").open("a", encoding="utf-8") as file:
        for number in range(EXTRA_NAMES):
            first, last = ("".join(chance.choices(syllables, k=3)).capitalize() for _ in range(2))
            file.write(f"made-{number}\t{first} {last}{number}\tperson\tVEN\tCVL\t\t\t\t\tmade up for a benchmark\n")
    return target


def main() -> None:
    """Prints the figures, as a table or as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = crowded(Path(folder))
        for one in (WATCH, path):
            with get_context("spawn").Pool(1) as pool:  # nothing is loaded there yet
                figures |= pool.apply(start_up, (one,))
        watch = load_watch(path)
    figures |= kinds(watch, arguments.articles, arguments.rounds)
    for page in arguments.pages:
        text = page.read_text(encoding="utf-8")
        figures[f"{page.name}: ms CPU per 1,000 words"] = milliseconds([text], watch, "en", arguments.rounds, "")
    for length in LENGTHS:
        figures[f"en: ms per 1,000 words, page of {length}"] = milliseconds(articles("en", length, 2), watch, "en", 3)
    figures["peak memory MB, the benchmark's own texts among it"] = peak()
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:60} {value:9.2f}")


if __name__ == "__main__":
    main()
