"""Server processes: they die with their owner, their logs stay small, stopping ends."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from newswatch.embedded.process import LOG_BYTES, ServerProcess, Spawner, guard

ROOT = Path(__file__).parents[4]
PYTHON = (sys.executable, "-S", "-u", "-c")
PATIENCE = 20.0

OWNER = f"""
import sys, threading
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from newswatch.embedded.process import ServerProcess, Spawner
folder = Path(sys.argv[1])
server = ServerProcess("sleeper", Spawner(), folder, folder / "log")
thread = threading.Thread(target=server.start, args=([sys.executable, "-S", "-c", "import time; time.sleep(600)"],))
thread.start()
thread.join()
print(server.pid, flush=True)
threading.Event().wait()
"""


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    spawner = Spawner()
    made = ServerProcess("one", spawner, tmp_path, tmp_path / "one.log")
    yield made
    made.kill()
    spawner.close()


def test_a_server_dies_when_its_owner_is_killed_though_the_starting_thread_ended_long_ago(tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    child = psutil.Process(int(owner.stdout.readline()))
    assert child.is_running()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    assert eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_where_the_kernel_does_not_help_the_guard_kills_once_its_pipe_closes() -> None:
    with subprocess.Popen([*PYTHON, "import time; time.sleep(600)"]) as child:
        watcher = guard(child.pid)
        assert child.poll() is None
        assert watcher.stdin is not None
        watcher.stdin.close()  # what the kernel does for a starter that dies
        assert child.wait(PATIENCE) == -signal.SIGKILL
        assert watcher.wait(PATIENCE) == 0


def test_stopping_is_asked_first(server: ServerProcess) -> None:
    server.start(
        [*PYTHON, "import signal, sys; signal.signal(15, lambda *_: sys.exit(3)); print('up'); signal.pause()"]
    )
    assert eventually(lambda: server.wrote("up"))
    assert server.stop(PATIENCE)
    assert server.returncode == 3


def test_a_server_that_will_not_stop_is_killed(server: ServerProcess) -> None:
    server.start([*PYTHON, "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(600)"])
    assert eventually(lambda: server.wrote("up"))
    assert not server.stop(0.1)
    assert server.returncode == -signal.SIGKILL


def test_stopping_what_never_started_or_is_gone_is_no_error(server: ServerProcess) -> None:
    assert server.stop(1)
    server.start([*PYTHON, "pass"])
    assert eventually(lambda: not server.alive)
    assert server.stop(1)


def test_the_tail_holds_the_last_lines_of_this_start_alone(server: ServerProcess) -> None:
    server.log.write_text("an earlier start\n")
    server.start([*PYTHON, "print(*range(100), sep='\\n')"])
    assert eventually(lambda: not server.alive)
    assert server.tail().splitlines()[-1] == "99"
    assert len(server.tail().splitlines()) == 12
    assert not server.wrote("an earlier start")
    assert server.log.read_text().startswith("an earlier start")


WRITER = """
import pathlib, time
print("first")
while not pathlib.Path("go").exists():
    time.sleep(0.01)
print("second")
time.sleep(600)
"""


def test_a_log_past_its_bound_is_moved_aside_while_the_server_writes_on(server: ServerProcess, tmp_path: Path) -> None:
    server.log.write_bytes(b"x" * (LOG_BYTES // 2))
    server.start([*PYTHON, WRITER])
    assert eventually(lambda: server.wrote("first"))
    server.bound_log(limit=100)
    assert server.log.with_name("one.log.1").read_bytes().endswith(b"xfirst\n")
    (tmp_path / "go").touch()
    assert eventually(lambda: server.wrote("second"))
    assert server.log.read_text() == "second\n"


def test_a_new_start_moves_a_long_log_aside(server: ServerProcess) -> None:
    server.log.write_bytes(b"x" * (LOG_BYTES // 2 + 1))
    server.start([*PYTHON, "print('fresh')"])
    assert eventually(lambda: not server.alive)
    assert server.log.read_text() == "fresh\n"


def test_another_java_setup_of_the_machine_does_not_reach_our_servers(
    server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xmx1m")
    server.start([*PYTHON, "import os; print('given', os.environ.get('JAVA_TOOL_OPTIONS'))"])
    assert eventually(lambda: server.wrote("given None"))
