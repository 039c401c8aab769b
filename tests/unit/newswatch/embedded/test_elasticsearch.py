"""Settings and command line of Elasticsearch."""

from pathlib import Path

from newswatch.embedded.elasticsearch import Node, node_command, node_settings

NODE = Node(folder=Path("/data/elasticsearch"), port=20001, transport_port=20002)
HOME = Path("/cache/elasticsearch")


def test_everything_it_writes_lies_under_the_data_folder() -> None:
    settings = node_settings(NODE, HOME)
    assert {key: settings[key] for key in ("path.data", "path.logs", "path.repo")} == {
        "path.data": "/data/elasticsearch/data",
        "path.logs": "/data/elasticsearch/logs",
        "path.repo": "/data/elasticsearch/snapshots",
    }


def test_it_listens_on_this_machine_alone() -> None:
    settings = node_settings(NODE, HOME)
    assert settings["network.host"] == "127.0.0.1"
    assert settings["discovery.type"] == "single-node"
    assert NODE.url == "http://127.0.0.1:20001"


def test_the_servers_archives_are_on_the_module_path_and_only_our_launcher_on_the_class_path() -> None:
    command = node_command(NODE, HOME, "300m", ("-XX:Extra",))
    assert "--module-path=/cache/elasticsearch/lib" in command
    assert command[command.index("-cp") + 1] == "/cache/elasticsearch/launcher/launcher.jar"
    assert "-Xmx300m" in command
    assert "-XX:Extra" in command
    assert command[-len(node_settings(NODE, HOME)) :] == [f"{k}={v}" for k, v in node_settings(NODE, HOME).items()]
