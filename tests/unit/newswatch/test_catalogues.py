"""The catalogues agree with each other: topics, flow, metrics."""

from newswatch import flow, metric_names, topics


def test_every_topic_has_its_settings_and_size_limit() -> None:
    assert {spec.name for spec in topics.SPECS} == set(topics.Topic)
    assert all(spec.settings(1)["max.message.bytes"] == str(topics.MAX_MESSAGE_BYTES) for spec in topics.SPECS)


def test_a_stage_memory_has_the_partitions_of_its_input() -> None:
    for memory, source in (
        (topics.Topic.STORIES, topics.Topic.MATCHED),
        (topics.Topic.ALERT_STATE, topics.Topic.TRACKED),
    ):
        assert topics.BY_NAME[memory].partitions == topics.BY_NAME[source].partitions
        assert topics.BY_NAME[memory].compacted


def test_min_insync_is_one_less_than_replication() -> None:
    settings = [spec.settings(3)["min.insync.replicas"] for spec in topics.SPECS]
    assert set(settings) == {"2"}
    assert topics.SPECS[0].settings(1)["min.insync.replicas"] == "1"


def test_every_topic_read_is_written_by_someone_before_it_or_from_outside() -> None:
    outside = {topics.Topic.RAW, topics.Topic.FEEDS}
    written = {topic for stage in flow.FLOW for topic in stage.writes} | outside
    assert {topic for stage in flow.FLOW for topic in stage.reads} <= written


def test_metric_names_are_unique_and_in_the_project_namespace() -> None:
    names = [spec.name for spec in metric_names.CATALOGUE]
    assert len(names) == len(set(names))
    assert all(name.startswith("newswatch_") for name in names)
