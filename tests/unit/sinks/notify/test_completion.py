"""An offset is committed when every channel's share of every alert before it is on record."""

from hypothesis import given
from hypothesis import strategies as st

from sinks.notify.completion import Completion


def test_the_slowest_share_holds_the_offset() -> None:
    done = Completion()
    done.begin(5, {"a/x", "a/y"})
    done.begin(6, {"b/x"})
    done.settle("b/x")
    done.settle("a/x")
    assert done.to_commit() == 5
    done.settle("a/y")
    assert done.to_commit() == 7


def test_a_message_without_channels_is_settled_at_once() -> None:
    done = Completion()
    done.begin(0, set())
    assert done.to_commit() == 1
    done.committed(1)
    assert done.to_commit() is None


def test_the_same_alert_again_waits_for_the_first() -> None:
    done = Completion()
    assert done.begin(0, {"a/x"}) == set()
    assert done.begin(1, {"a/x"}) == {"a/x"}
    assert done.to_commit() == 0
    done.settle("a/x")
    assert done.to_commit() == 2


@given(st.lists(st.sets(st.sampled_from("abcdef"), max_size=3), max_size=12), st.randoms(use_true_random=False))
def test_settling_in_any_order_ends_at_the_end_and_never_passes_an_open_message(shares, random) -> None:  # type: ignore[no-untyped-def]
    done = Completion()
    for offset, keys in enumerate(shares):
        done.begin(offset, keys)
    keys = sorted(set().union(*shares))
    random.shuffle(keys)
    settled: set[str] = set()
    for key in keys:
        done.settle(key)
        settled.add(key)
        reached = done.to_commit()
        assert reached is not None
        assert all(shares[offset] <= settled for offset in range(reached))
    assert done.to_commit() == (len(shares) or None)
