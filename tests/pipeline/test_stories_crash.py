"""kill -9 of the stories stage, again and again: its memory ends as if nothing had happened.

Six kills among 1,500 articles by default; NEWSWATCH_STORIES_CRASH_KILLS and _ARTICLES make it longer.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka.structs import TopicPartition

from newswatch import kafka_clients, wire
from newswatch.cli.pipeline import Plan, environment
from newswatch.embedded.stack import start_servers
from newswatch.flow import FLOW
from newswatch.group_lag import LagReader
from newswatch.identity import digest
from newswatch.records.article import Article, Event, EventActor, Evidence, Quantity, Status
from newswatch.records.raw import Origin
from newswatch.records.story import Story
from newswatch.settings import KafkaSettings, Settings
from newswatch.topics import Topic
from processors.storytelling.book import StoryBook
from tests.pipeline.harness import wait_for

ARTICLES = int(os.environ.get("NEWSWATCH_STORIES_CRASH_ARTICLES", "1500"))
KILLS = int(os.environ.get("NEWSWATCH_STORIES_CRASH_KILLS", "6"))
SESSION_TIMEOUT = 1.5
"""Seconds until the broker gives a killed worker's partitions to the next."""

WATCH = "crash-test"
BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
NAMES = [
    first + last for first in ("Bel", "Cor", "Dav", "Est", "Fal", "Gar") for last in ("ando", "iela", "osta", "uria")
]
WORDS = (
    "harbour",
    "strike",
    "vote",
    "bridge",
    "fever",
    "tariff",
    "choir",
    "ledger",
    "quarry",
    "canal",
    "verdict",
    "storm",
)


def happening(dice: random.Random, identity: str) -> Event:
    """An event told in the title or in passing, so that articles add to each other's stories."""
    person = dice.choice(NAMES)
    return Event(
        event_id=digest("crash-event", identity),
        type="COERCE",
        mode="arrest",
        status=dice.choice((Status.HAPPENED, Status.DENIED)),
        evidence=Evidence(field=dice.choice(("title", "text")), start=900, end=904, text="word"),
        rule="r",
        confidence=1.0,
        target=EventActor(name=person, country="CUB", id=person.lower()),
        frame=dice.choice(("capture", "kidnap", "arrest")),
        quantities=(Quantity(value=float(dice.randrange(20, 30)), what="people"),),
    )


def articles(count: int, seed: int = 3) -> list[Article]:
    """Articles of overlapping happenings: new ones, reports of known ones, copies, revisions, two weeks in all."""
    dice = random.Random(seed)
    made: list[Article] = []
    for number in range(count):
        names = dice.sample(NAMES, 3) if number % 7 else NAMES[:3]
        word, figure = dice.choice(WORDS), dice.randrange(11, 400)
        text = " ".join(
            f"On day {figure} {dice.choice(names)} met {dice.choice(names)} about the {word} and {dice.choice(WORDS)}."
            for _ in range(4)
        )
        if made and dice.random() < 0.25:
            text = dice.choice(made[-40:]).text + dice.choice(("", " With information from EFE."))
        identity = digest("crash", str(number))
        if made and dice.random() < 0.05:
            identity = dice.choice(made[-100:]).article_id
        seen = BEGIN + timedelta(days=14) * (number / count)
        made.append(
            Article(
                article_id=identity,
                url=f"https://o{number % 31}.example/{identity}",
                title=f"{names[0]} and the {word} of {names[1]} {figure}",
                text=text,
                language=dice.choice(("en", "es", "pt")),
                first_seen=seen,
                fetched_at=seen,
                origin=Origin.REPLAY,
                content_hash=digest(text),
                source=f"Outlet {number % 31}",
                watches=(WATCH,),
                events=tuple(happening(dice, f"{number}-{n}") for n in range(dice.randrange(3))),
            )
        )
    return made


def undisturbed(fed: list[Article]) -> dict[str, Story]:
    """What the compacted topic holds in the end when one process handles every message once."""
    book = StoryBook()
    states: dict[str, Story] = {}
    for offset, article in enumerate(fed):
        joined = book.join(article, WATCH, offset=offset, generation=1)
        for story_id in joined.forgotten:
            book.forget(WATCH, story_id)
            states.pop(story_id, None)
        for story in joined.changed:
            book.remember(story)
            states[story.story_id] = story
    return states


def lines(states: Mapping[str, Story]) -> list[bytes]:
    """The records, sorted, without the generation: it tells owners apart, and there were many."""
    return sorted(wire.encode(_anonymous(story)) for story in states.values())


def _anonymous(story: Story) -> Story:
    return msgspec.structs.replace(story, generation=0)


def on_topic(settings: Settings) -> dict[str, Story]:
    """The newest record of each key of news.stories."""
    states: dict[str, Story] = {}
    for key, value in _records(settings.kafka, Topic.STORIES):
        if value:
            states[key.decode()] = wire.decode(value, Story)
        else:
            states.pop(key.decode(), None)
    return states


def _records(settings: KafkaSettings, topic: Topic) -> Iterator[tuple[bytes, bytes]]:
    consumer = kafka_clients.consumer(settings)
    try:
        parts = [
            TopicPartition(topic.value, number) for number in sorted(consumer.partitions_for_topic(topic.value) or ())
        ]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = consumer.end_offsets(parts)
        while any((consumer.position(part) or 0) < ends[part] for part in parts):
            for records in consumer.poll(timeout_ms=500).values():
                yield from ((record.key, record.value) for record in records)
    finally:
        consumer.close()


class Stage:
    """One worker of the stories stage, and how it is started again."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, **environment(settings, Plan(once=True))}
        self._log = settings.data / "stories.log"
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the worker."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "newswatch.cli.app", "process", "--stage", "stories"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """kill -9."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def running(self) -> bool:
        """True; starts it again if a guard of its own ended it."""
        if self._process is None or self._process.poll() is not None:
            self.start()
        return True


def written(consumer: Any) -> int:
    """Records on news.stories."""
    parts = [TopicPartition(Topic.STORIES.value, n) for n in consumer.partitions_for_topic(Topic.STORIES.value) or ()]
    return sum(consumer.end_offsets(parts).values())


def publish(settings: Settings, fed: list[Article]) -> None:
    """Puts the articles on news.matched, in order."""
    producer = kafka_clients.producer(settings.kafka)
    for article in fed:
        producer.send(Topic.MATCHED.value, key=WATCH.encode(), value=wire.encode(article))
    producer.flush(timeout=60)
    producer.close()


def _reached(stage: Stage, consumer: Any, mark: int) -> bool:
    return stage.running() and written(consumer) >= mark


def run_with_kills(settings: Settings, stage: Stage) -> None:
    """Lets the stage work its input off, killing it KILLS times on the way."""
    dice = random.Random(5)
    consumer, lag = kafka_clients.consumer(settings.kafka), LagReader(settings.kafka)
    spec = next(one for one in FLOW if one.name == "stories")
    step = ARTICLES // (KILLS + 2)
    try:
        for number in range(KILLS):
            stage.start()
            mark = step * (number + 1) - dice.randrange(step // 2)
            wait_for(partial(_reached, stage, consumer, mark), 90, f"{mark} records on news.stories")
            time.sleep(dice.random() * 0.1)
            stage.kill()
        stage.start()
        wait_for(lambda: stage.running() and not lag.lag(spec), 120, "the stage to finish")
    finally:
        stage.kill()
        consumer.close()
        lag.close()


@pytest.mark.servers
@pytest.mark.crash
@pytest.mark.timeout(600)
def test_kills_leave_the_stories_of_an_undisturbed_run(tmp_path: Path) -> None:
    fed = articles(ARTICLES)
    expected = lines(undisturbed(fed))
    with start_servers(tmp_path / "servers", elasticsearch=False) as servers:
        settings = Settings(
            data=tmp_path / "roles",
            kafka=KafkaSettings(bootstrap=servers.kafka_bootstrap, session_timeout=SESSION_TIMEOUT),
        )
        kafka_clients.ensure_topics(settings.kafka)
        publish(settings, fed)
        began = time.monotonic()
        run_with_kills(settings, Stage(settings))
        found = on_topic(settings)
        seconds = round(time.monotonic() - began)
    print(json.dumps({"articles": ARTICLES, "kills": KILLS, "stories": len(found), "seconds": seconds}))  # noqa: T201
    assert len(found) == len(expected)
    assert lines(found) == expected
