"""Reading YAML as text only, with the line of every key.

A usual YAML loader turns `no` into False and silently keeps the last of two equal keys. Here every scalar stays the
text that was written, and a key written twice, an anchor, a tag or a merge is refused.
"""

from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]
# The C parser reads the same language some ten times faster; without it an edition takes seconds to load.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 40
"""How far content may be nested; an edition needs half of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file: where, at which key, what, and how to mend it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return the fault as one line that an editor can jump to."""
        return (
            f"{self.file}:{self.line}: {self.key}: {self.message}"
            if self.key
            else f"{self.file}:{self.line}: {self.message}"
        )


class ContentRefused(ValueError):
    """Content that cannot be used; `faults` names each thing to mend."""

    def __init__(self, faults: list[Fault]) -> None:
        """Keep the faults in the order found."""
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text values, and on which line each key or list entry stands."""

    file: str
    data: Any
    lines: dict[Path, int]

    def line_of(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str) -> Fault:
        """Return a fault at a path of this file."""
        return Fault(self.file, self.line_of(path), ".".join(str(step) for step in path), message)


def read_yaml(text: str, file: str) -> Document:
    """Return a YAML text as text values. Raises ContentRefused with every fault found."""
    try:
        # Before composing: a node that repeats itself through an alias would never end.
        unwanted = _unwanted(text, file)
        if unwanted:
            raise ContentRefused(unwanted)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ContentRefused(
            [
                Fault(
                    file,
                    line,
                    "",
                    f"This is not valid YAML ({error.problem}). Check the indentation, quotes and colons here.",
                )
            ]
        ) from error
    except yaml.YAMLError as error:
        raise ContentRefused([_character_fault(text, file)]) from error
    faults: list[Fault] = []
    lines: dict[Path, int] = {}
    data = _value(node, (), file, lines, faults) if node is not None else {}
    if faults:
        raise ContentRefused(faults)
    return Document(file, data, lines)


def _character_fault(text: str, file: str) -> Fault:
    """Return the fault for a character that YAML does not allow, the one thing that it reports without a line."""
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    line = text.count("\n", 0, match.start()) + 1 if match else 1
    which = f" (U+{ord(match.group()):04X})" if match else ""
    return Fault(file, line, "", f"This holds a character that cannot be read{which}. Take it out.")


def _unwanted(text: str, file: str) -> list[Fault]:
    """Return a fault for each anchor, alias and tag, and where the nesting goes too deep."""
    faults = []
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            faults.append(Fault(file, line, f"*{event.anchor}", "Repeats are not used here. Write it out."))
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            faults.append(Fault(file, line, f"&{event.anchor}", "Anchors are not used here. Take it away."))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            faults.append(Fault(file, line, event.tag, "Tags are not used here. Take it away; everything is text."))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                return [Fault(file, line, "", "This is nested too deeply. Check the brackets and the indentation.")]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return faults


def _value(node: yaml.Node, path: Path, file: str, lines: dict[Path, int], faults: list[Fault]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*path, index), file, lines, faults) for index, each in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault(file, line, "", "A key must be one word. Take the brackets away."))
            continue
        key = key_node.value
        if key == "<<":
            faults.append(Fault(file, line, key, "Merged keys are not used here. Write the keys out."))
        if key in result:
            faults.append(
                Fault(
                    file,
                    line,
                    ".".join(str(step) for step in (*path, key)),
                    "This key is written twice. Keep one of them.",
                )
            )
        lines[(*path, key)] = line
        result[key] = _value(value_node, (*path, key), file, lines, faults)
    return result
