"""Fuzzing of tagging: mutated news in any script; no crash, and evidence always inside the text and equal to it.

Run: python -m tests.bench.fuzz_tagging [--inputs 100000] [--seed 1]
"""

import argparse
import random
import sys
import time
from datetime import date
from pathlib import Path

import newswatch
from processors.events.tagging import Tagging, tag
from processors.events.watchdata import load_watch
from tests.eval.cases import load_cases

WATCH = Path(newswatch.__file__).parent / "watches" / "venezuela-cuba-us"
SCRIPTS = (
    "абвгд عربي 中文字符 हिन्दी ελλ ไทย 한국어 İıſßﬁ ÀÉÎÕÜ e\u0301n\u0303 \u200b\u202e\ufeff\x00\x07 "
    "🛢️🇻🇪 “”«»‘’—–… \t\r\n\u2028"
)
PUNCTUATION = ".,;:!?()[]\"'-–/$%&#@0123456789 \n"


def mutated(chance: random.Random, texts: list[str]) -> str:
    """A news text after a few random edits: splices, repeats, cuts, foreign characters, case changes."""
    text = chance.choice(texts)
    for _ in range(chance.randrange(1, 7)):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.randrange(30))
        other = chance.choice(texts)
        text = chance.choice(
            (
                text[:at] + text[to:],
                text[:at] + "".join(chance.choices(SCRIPTS, k=chance.randrange(1, 12))) + text[at:],
                text[:at] + "".join(chance.choices(PUNCTUATION, k=chance.randrange(1, 6))) + text[at:],
                text[:at] + text[at:to] * chance.randrange(2, 5) + text[to:],
                text[:at] + text[at:to].swapcase() + text[to:],
                text[:at] + other[chance.randrange(len(other)) :] + text[at:],
                text[:at] + chr(chance.randrange(1, 0x110000)) + text[at:],
                text[to:] + text[:at],
            )
        )
    return text


def faults(title: str, text: str, result: Tagging) -> list[str]:
    """Evidence that is not what its offsets say."""
    proofs = [event.evidence for event in result.events] + [entity.evidence for entity in result.entities]
    proofs += [quantity.evidence for event in result.events for quantity in event.quantities]
    wrong = []
    for proof in proofs:
        field = title if proof is not None and proof.field == "title" else text
        if (
            proof is None
            or not (0 <= proof.start < proof.end <= len(field))
            or field[proof.start : proof.end] != proof.text
        ):
            wrong.append(repr(proof))
    return wrong


def main() -> int:
    """Exit 1 at the first fault, after printing the input that made it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    watch = load_watch(WATCH)
    texts = [case.text for case in load_cases("dev")]
    start = time.process_time()
    events = 0
    for number in range(arguments.inputs):
        title, text = (mutated(chance, texts) if chance.random() < 0.5 else ""), mutated(chance, texts)
        day = date(2026, 1, 12) if chance.random() < 0.9 else None
        result = tag(title, text, published=day, lang=chance.choice(("en", "es", "pt", None)), watch=watch)
        events += len(result.events)
        if wrong := faults(title, text, result):
            print(f"input {number}: {title!r} {text!r}\n{wrong}")
            return 1
    print(f"{arguments.inputs} inputs, {events} events, no fault, {time.process_time() - start:.0f} s CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
