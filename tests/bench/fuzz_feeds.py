"""Mutations of the suite's own feeds through the parser: none may crash it, none may take long.

`python -m tests.bench.fuzz_feeds [--inputs 100000] [--seed 1] [--processes 2]`
"""

import argparse
import multiprocessing
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from ingest.entries import FeedParse
from ingest.feed import parse

CASES = Path(__file__).parents[1] / "cases" / "feeds"
SLOW_SECONDS = 2.0
PIECES = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"<!--",
    b"-->",
    b"<?xml",
    b"?>",
    b"</item>",
    b"<item>",
    b"<entry>",
    b"</rss>",
    b"<rss version='2.0'>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>",
    b"<!DOCTYPE x [",
    b"<!ENTITY a 'b'>",
    b"&#0;",
    b"&#x110000;",
    b"&#xD800;",
    b"&nbsp;",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x1b$B",
    b"{",
    b"[",
    b"]",
    b"}",
    b'"',
    b"null",
    b"1e999",
    b"encoding='utf-16'",
    b"encoding='utf-7'",
    b"encoding='base64'",
    b"xml:base='//[' ",
    b"href='http://[::1'",
    b"<link/>",
    b"<guid/>",
    b"<pubDate>99999999999999</pubDate>",
    b"<dc:date>-1</dc:date>",
    b"xmlns:a='b'",
    b"<a:b>",
    b"<content type='xhtml'>",
    b"<content type='base64'>",
    b"\r\n\r\n",
    b" " * 400,
    b"A" * 5000,
)  # what parsers fall over


def mutated(seeds: list[bytes], rng: random.Random) -> bytes:
    """One feed of the suite with one to eight wounds."""
    body = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 8)):
        place = rng.randint(0, len(body))
        end = min(len(body), place + rng.choice((0, 1, 2, 10, 100, 1000)))
        match rng.randint(0, 6):
            case 0:
                body[place:end] = b""
            case 1:
                body[place:place] = rng.choice(PIECES)
            case 2:
                body[place:end] = rng.choice(PIECES)
            case 3 if body:
                body[min(place, len(body) - 1)] ^= 1 << rng.randint(0, 7)
            case 4:
                body[place:place] = body[place:end] * rng.randint(1, 4)
            case 5:
                other = rng.choice(seeds)
                cut = rng.randint(0, len(other))
                body[place:] = other[cut:]
            case _:
                body[place:end] = rng.randbytes(rng.randint(0, 20))
    return bytes(body[: 1 << 20])


def run(task: tuple[int, int]) -> tuple[Counter[str], list[str]]:
    """Parses so many mutations from one seed; gives outcomes and the faults found."""
    seed, inputs = task
    rng = random.Random(seed)
    seeds = [path.read_bytes() for path in sorted(CASES.iterdir()) if path.suffix in (".xml", ".html")]
    seeds += [path.read_bytes() for path in sorted(CASES.glob("jsonfeed*.json"))]
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(inputs):
        body = mutated(seeds, rng)
        began = time.perf_counter()
        try:
            parsed = parse(
                body, "https://diario.example/feed", rng.choice((None, "text/xml", "text/xml; charset=utf-8"))
            )
            outcomes["feed" if isinstance(parsed, FeedParse) else "no feed"] += 1
            if isinstance(parsed, FeedParse):
                outcomes["entries"] += len(parsed.entries)
        except Exception:
            faults.append(f"seed {seed}, input {number}: {traceback.format_exc()[-1500:]}")
        if time.perf_counter() - began > SLOW_SECONDS:
            faults.append(
                f"seed {seed}, input {number}: took {time.perf_counter() - began:.1f} s for {len(body)} bytes"
            )
    return outcomes, faults


def main() -> int:
    """Exit 1 when anything was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    share = -(-options.inputs // options.processes)
    began = time.perf_counter()
    with multiprocessing.Pool(options.processes) as pool:
        parts = pool.map(run, [(options.seed + number, share) for number in range(options.processes)])
    outcomes = sum((part[0] for part in parts), Counter())
    faults = [fault for part in parts for fault in part[1]]
    seconds = time.perf_counter() - began
    print(f"{share * options.processes} inputs in {seconds:.0f} s: {dict(outcomes)}, {len(faults)} faults")
    for fault in faults[:10]:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
