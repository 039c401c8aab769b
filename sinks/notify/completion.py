"""Which offset may be committed: the first one whose alert is not yet on record for every channel. Pure."""

from collections.abc import Set as AbstractSet


class Completion:
    """Settled and open offsets of one partition. Offsets begin in increasing order and may settle in any.

    An alert that comes a second time while its first message is under way waits for the same keys.
    """

    def __init__(self) -> None:
        self._open: dict[int, set[str]] = {}
        self._waiting: dict[str, list[int]] = {}
        self._next: int | None = None
        self._committed: int | None = None

    def begin(self, offset: int, keys: AbstractSet[str]) -> set[str]:
        """The message at `offset` is settled when all `keys` are; without any, at once. Gives those under way."""
        under_way = {key for key in keys if key in self._waiting}
        if keys:
            self._open[offset] = set(keys)
        for key in keys:
            self._waiting.setdefault(key, []).append(offset)
        self._next = offset + 1
        return under_way

    def settle(self, key: str) -> None:
        """A key is on record; a key nobody waits for is no fault."""
        for offset in self._waiting.pop(key, ()):
            left = self._open[offset]
            left.discard(key)
            if not left:
                del self._open[offset]

    def waits(self, key: str) -> bool:
        """Whether a message waits for the key."""
        return key in self._waiting

    def open(self) -> int:
        """Messages begun and not settled."""
        return len(self._open)

    def to_commit(self) -> int | None:
        """The offset to commit, or None when nothing moved since the last `committed`."""
        reached = min(self._open, default=self._next)
        return reached if reached is not None and reached != self._committed else None

    def committed(self, offset: int) -> None:
        """`offset` was committed."""
        self._committed = offset
