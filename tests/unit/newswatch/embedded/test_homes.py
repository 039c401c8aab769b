"""Server homes on disk."""

import zipfile
from pathlib import Path

from newswatch.embedded.homes import SOURCES, without_module_info


def test_a_jar_becomes_an_automatic_module_with_its_other_entries_untouched(tmp_path: Path) -> None:
    archive = tmp_path / "thing.jar"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n")
        made.writestr("module-info.class", b"requires what is absent")
        made.writestr("META-INF/versions/21/module-info.class", b"the same again")
        made.writestr("org/example/Thing.class", b"code")
    without_module_info(archive, "org.example.thing")
    with zipfile.ZipFile(archive) as read:
        assert sorted(read.namelist()) == ["META-INF/MANIFEST.MF", "org/example/Thing.class"]
        assert read.read("org/example/Thing.class") == b"code"
        manifest = read.read("META-INF/MANIFEST.MF").decode()
    assert manifest == "Manifest-Version: 1.0\r\nAutomatic-Module-Name: org.example.thing\r\n\r\n"
    assert list(tmp_path.iterdir()) == [archive]


def test_three_java_classes_of_ours_are_shipped_each_in_the_package_its_folder_names() -> None:
    sources = sorted(SOURCES.rglob("*.java"))
    assert [source.stem for source in sources] == ["LanguagePlugin", "Launcher", "RootPlugin"]
    for source in sources:
        package = ".".join(source.parent.relative_to(SOURCES).parts)
        assert source.read_text().startswith(f"package {package};")
