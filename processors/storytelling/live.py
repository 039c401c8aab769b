"""The live stories of one watch, indexed: by article, by content, by sketch, by term. Holds; does not decide.

Everything here is a function of the story records put in, whatever their order: a worker that reads its memory back
answers as the one that wrote it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from newswatch.records.article import Event
from newswatch.records.story import Story, StoryEvent, StoryMember
from processors.storytelling.archive import Archive
from processors.storytelling.happenings import HappeningIndex, best_told
from processors.storytelling.index import SketchIndex, TermIndex
from processors.storytelling.kinds import Kind
from processors.storytelling.sketch import from_text
from processors.storytelling.views import StoryView, story_terms

WINDOW = timedelta(days=7)
"""How long after its newest article a story is open; by first_seen."""

VIEWS = 1000
"""Views kept made: the stories of the day."""


class LiveStories:
    """The open stories of a watch."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self.terms = TermIndex()
        self._sketches = SketchIndex()
        self._happenings = HappeningIndex()
        self._by_article: dict[str, str] = {}
        self._held_before: dict[str, list[str]] = {}
        self._by_content: dict[str, list[str]] = {}
        self._views: dict[str, StoryView] = {}
        self.archive = Archive()
        self._merged: dict[str, str] = {}
        self._parted: set[str] = set()
        self._waiting: dict[str, Story] = {}

    def take(self, story: Story) -> None:
        """A story's newest state, open, closed, merged into another or parted from one.

        A merge or parting is in force only when the other story's record names it too: of the two records the other's
        is written last, and a message whose last record was never written is handled again.
        """
        self._parted.update(story.split_into)
        if story.split_from and story.story_id not in self._parted:
            self._waiting[story.story_id] = story
            return
        for alias in story.aliases:
            self._merged[alias] = story.story_id
            self._leave(alias)
        if self._merged.get(story.story_id):
            return
        if story.merged_into:
            story = msgspec.structs.replace(story, merged_into=None, closed=False)
        if story.closed:
            self._leave(story.story_id)
            self.archive.put(story)
        else:
            self.archive.drop(story.story_id)
            self.put(story)
        for part in story.split_into:
            if part in self._waiting:
                self.take(self._waiting.pop(part))

    def forget(self, story_id: str) -> None:
        """A story is gone for good; its id may come again with the article it is made of."""
        self._merged.pop(story_id, None)
        self._leave(story_id)
        self.archive.drop(story_id)

    def story(self, story_id: str) -> Story | None:
        """An open story by its id or by that of one merged into it."""
        return self.stories.get(self._merged.get(story_id, story_id))

    def knows(self, story_id: str) -> bool:
        """Whether a story, open or closed or merged into another, has this id."""
        return story_id in self.stories or story_id in self._merged or story_id in self.archive

    def _leave(self, story_id: str) -> None:
        if story_id in self.stories:
            self.drop(story_id)

    def put(self, story: Story) -> None:
        """An open story's newest state."""
        before = self.stories.get(story.story_id)
        self.stories[story.story_id] = story
        self._views.pop(story.story_id, None)
        known = story_terms(before) if before and before.kind != Kind.ROUNDUP else set()
        terms = story_terms(story) if story.kind != Kind.ROUNDUP else set()
        self.terms.put(story.story_id, known, terms)
        self._index_members(before.members if before else (), story.members)
        self._happenings.put(before, story)
        articles = _articles(story)
        self._let_go(story.story_id, set(_articles(before)).difference(articles) if before else ())
        for article_id in articles:
            holder = self._by_article.get(article_id)
            if holder is not None and holder != story.story_id:
                self._held_before.setdefault(article_id, []).append(holder)
            self._by_article[article_id] = story.story_id

    def drop(self, story_id: str) -> None:
        """A story is open no more."""
        story = self.stories.pop(story_id)
        self._views.pop(story_id, None)
        self.terms.drop(story_id, story_terms(story) if story.kind != Kind.ROUNDUP else set())
        self._index_members(story.members, ())
        self._happenings.put(story, None)
        self._let_go(story_id, _articles(story))

    def _let_go(self, story_id: str, articles: Iterable[str]) -> None:
        """A story has these articles no more."""
        for article_id in articles:
            if self._by_article.get(article_id) == story_id:
                del self._by_article[article_id]
                self._give_back(article_id)

    def _give_back(self, article_id: str) -> None:
        """A story read back before the one it had gone into was known may have taken an article from its holder."""
        for holder in self._held_before.pop(article_id, ()):
            story = self.stories.get(holder)
            if story is not None and article_id in _articles(story):
                self._by_article[article_id] = holder

    def of_article(self, article_id: str) -> Story | None:
        """The story an article belongs to."""
        story_id = self._by_article.get(article_id)
        return self.stories.get(story_id) if story_id else None

    def member(self, article_id: str) -> StoryMember | None:
        """An article as a member; None when its story keeps no more than its id."""
        story = self.of_article(article_id)
        return next((one for one in story.members if one.article_id == article_id), None) if story else None

    def same_content(self, content_hash: str) -> StoryMember | None:
        """The earliest member with exactly this content."""
        members = [one for one in map(self.member, self._by_content.get(content_hash, ())) if one is not None]
        return min(members, key=lambda one: (one.first_seen, one.article_id), default=None)

    def sketched(self, sketch: tuple[int, ...], seen: datetime) -> Iterator[StoryMember]:
        """Originals that may share shingles with a text."""
        for article_id in self._sketches.likely(sketch):
            member = self.member(article_id)
            if member is not None and abs(member.first_seen - seen) <= WINDOW:
                yield member

    def telling(self, event: Event, seen: datetime, but: frozenset[str]) -> tuple[Story, StoryEvent] | None:
        """The happening another open story tells that an event mentions; `but` are stories that do not count."""
        likely = [one for one in self._happenings.likely(event) if one not in but and self.open_to(one, seen)]
        return best_told(event, [self.stories[one] for one in likely])

    def view(self, story_id: str) -> StoryView:
        """The story as it is compared."""
        view = self._views.get(story_id)
        if view is None:
            if len(self._views) >= VIEWS:
                self._views.clear()
            view = self._views[story_id] = StoryView(self.stories[story_id])
        return view

    def open_to(self, story_id: str, seen: datetime) -> bool:
        """Whether an article seen then falls into the story's window."""
        story = self.stories[story_id]
        return story.kind != Kind.ROUNDUP and story.first_seen - WINDOW <= seen <= story.last_seen + WINDOW

    def _index_members(self, before: tuple[StoryMember, ...], after: tuple[StoryMember, ...]) -> None:
        old, new = ({(one.article_id, one.content_hash, one.signature) for one in side} for side in (before, after))
        for article_id, content, signature in old - new:
            left = self._by_content[content]
            left.remove(article_id)
            if not left:
                del self._by_content[content]
            if signature:
                self._sketches.drop(article_id, from_text(signature))
        for article_id, content, signature in new - old:
            self._by_content.setdefault(content, []).append(article_id)
            if signature:
                self._sketches.put(article_id, from_text(signature))


def _articles(story: Story) -> tuple[str, ...]:
    """Ids of every article a story has."""
    return (*story.older, *(one.article_id for one in story.members))
