"""Rule files as YAML with the line of every part, so that a fault can be named by file and line."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from newswatch.errors import UserError

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SUFFIXES = frozenset({".yaml", ".yml"})


class RuleError(UserError):
    """Rule files with faults; `faults` has one `file:line: sentence` each."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        count = "a fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"the alert rules have {count}:\n  " + "\n  ".join(self.faults))


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file: its content as plain values, and its YAML nodes, which know their lines."""

    path: Path
    content: Any
    root: Any

    def line(self, location: Sequence[str | int]) -> int:
        """The line (from 1) of the deepest part of `location` that the file has."""
        node = self.root
        line = node.start_mark.line + 1 if node is not None else 1
        for step in location:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def fault(self, location: Sequence[str | int], sentence: str) -> str:
        """`file:line: sentence`."""
        return f"{self.path}:{self.line(location)}: {sentence}"


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def rule_paths(path: Path) -> list[Path]:
    """`path` itself, or the YAML files of a folder by name. Raises RuleError when there is none."""
    if path.is_dir():
        found = sorted(part for part in path.iterdir() if part.suffix in SUFFIXES and part.is_file())
        if not found:
            raise RuleError([f"{path}: a folder without *.yaml files; put rules there or name another folder"])
        return found
    if not path.is_file():
        raise RuleError([f"{path}: no such file or folder; name alert rules with --rules or NEWSWATCH_RULES"])
    return [path]


def read_rule_file(path: Path) -> RuleFile:
    """The file, parsed. Raises RuleError naming the line at which it stops being YAML, or a key given twice."""
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError([f"{path}:1: cannot be read as UTF-8 text: {error}"]) from error
    except yaml.YAMLError as error:
        raise RuleError([_yaml_fault(path, error)]) from error
    try:
        root = loader.get_single_node()
        doubles = list(_doubled_keys(path, root))
        if doubles:
            raise RuleError(doubles)
        return RuleFile(path, loader.construct_document(root) if root is not None else None, root)
    except (yaml.YAMLError, ValueError) as error:
        raise RuleError([_yaml_fault(path, error)]) from error
    finally:
        loader.dispose()


def _yaml_fault(path: Path, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    return f"{path}:{line}: not valid YAML: {getattr(error, 'problem', None) or error}"


def _doubled_keys(path: Path, node: Any) -> list[str]:
    if isinstance(node, yaml.SequenceNode):
        return [fault for child in node.value for fault in _doubled_keys(path, child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    faults, seen = [], set()
    for key, value in node.value:
        if key.value in seen and isinstance(key, yaml.ScalarNode):
            faults.append(f"{path}:{key.start_mark.line + 1}: {key.value!r} stands here twice")
        if isinstance(key, yaml.ScalarNode):
            seen.add(key.value)
        faults += _doubled_keys(path, value)
    return faults


def content_hash(content: str) -> str:
    """12 hex digits that stand for what a rule says."""
    return hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
