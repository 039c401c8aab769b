"""Which partitions count as gone after the group has shared them out anew."""

from sinks.index_inbox import Shares


def test_partitions_that_come_back_in_the_same_rebalance_are_kept() -> None:
    shares = Shares()
    shares.on_partitions_assigned(["a", "b"])
    shares.on_partitions_revoked(["a", "b"])
    shares.on_partitions_assigned(["a"])

    assert shares.take_gone() == {"b"}
    assert shares.take_gone() == frozenset()


def test_partitions_lost_with_the_membership_are_gone_even_when_they_come_back() -> None:
    shares = Shares()
    shares.on_partitions_assigned(["a", "b"])
    shares.on_partitions_lost(["a", "b"])
    shares.on_partitions_assigned(["a", "b"])

    assert shares.take_gone() == {"a", "b"}


def test_partitions_that_leave_and_return_between_two_looks_are_gone() -> None:
    shares = Shares()
    shares.on_partitions_assigned(["a"])
    shares.on_partitions_assigned([])
    shares.on_partitions_assigned(["a"])

    assert shares.take_gone() == {"a"}


def test_ending_the_subscription_gives_everything_up() -> None:
    shares = Shares()
    shares.on_partitions_assigned(["a"])
    shares.drop_all()

    assert shares.take_gone() == {"a"}
