"""TrackedArticle: an article on a watch with the story it belongs to (topic news.tracked)."""

import msgspec

from newswatch.records.article import Article


class TrackedArticle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article joined to a story of one watch.

    `copy_of` is the article id of the origin this one repeats (None for an original); `independent_sources` counts the
    story's origins after this article, copies and outlets of one owner counted once; `story_articles` its articles.
    `story_aliases` are the other ids the story's articles have gone by: merged into it, or split from.
    """

    article: Article
    watch: str
    story_id: str
    story_title: str
    copy_of: str | None = None
    copy_kind: str | None = None
    independent_sources: int = 1
    story_articles: int = 1
    event_ids: tuple[str, ...] = ()
    story_first_seen: str | None = None
    story_aliases: tuple[str, ...] = ()
