"""From the files of content to one edition that can be run.

`load_edition` reads a partnership's file, joins what it extends, checks shape and meaning, and compiles the rules.
It reads the files it is given and nothing else: no database, clock or network.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from procedures.engine.edition import Edition, compile_edition
from procedures.engine.reading_yaml import ContentRefused, Document, Fault, read_yaml
from procedures.engine.schema import KEYS, EditionFile

SHIPPED = Path(__file__).resolve().parent.parent / "content"
"""The folder of the editions that come with the portal."""


def load_edition(path: Path, *, content: Path = SHIPPED) -> Edition:
    """Return the edition of one file, with what it extends.

    `content` is the folder in which `extends` is looked up after the file's own folder. Raises ContentRefused, whose
    faults name file, line, key and cure.
    """
    document = _read(path, path.parent)
    return _edition([*_Extended(path.parent, content).of(document, path.parent, path.resolve()), document])


def load_text(text: str, *, file: str, content: Path = SHIPPED) -> Edition:
    """Return the edition of a text that is not a file, such as a stored edition or an editor's draft."""
    document = read_yaml(text, file)
    return _edition([*_Extended(content, content).of(document, content), document])


def _edition(documents: list[Document]) -> Edition:
    files = [_shape_checked(document) for document in documents]
    data: dict[str, Any] = {"edition": files[-1].edition, "extends": files[-1].extends, **_joined(documents, files)}
    whole = EditionFile.model_construct(**data)
    return compile_edition(whole, documents=tuple(documents), digest=_digest(whole))


def shipped_files() -> list[Path]:
    """Return the files of the shipped partnership editions, in alphabetical order."""
    return sorted(path for path in SHIPPED.glob("*.yaml") if "." not in path.stem)


class _Extended:
    """The documents that an edition stands on, each read once even where two of them extend a third."""

    def __init__(self, root: Path, content: Path) -> None:
        self.root = root
        self.content = content
        self.read: set[Path] = set()

    def of(self, document: Document, folder: Path, *seen: Path) -> list[Document]:
        """Return what a document extends, the deepest first; `seen` are the files that led here."""
        names = document.data.get("extends", []) if isinstance(document.data, dict) else []
        found: list[Document] = []
        for index, name in enumerate(names if isinstance(names, list) else []):
            target = self._file(document, index, name, folder)
            if target in seen:
                raise ContentRefused([document.fault(("extends", index), f"{name} extends itself. Take the line out.")])
            if target not in self.read:
                self.read.add(target)
                inner = _read(target, self.root, self.content)
                found += [*self.of(inner, target.parent, *seen, target), inner]
        return found

    def _file(self, document: Document, index: int, name: object, folder: Path) -> Path:
        for candidate in (folder / f"{name}.yaml", self.content / f"{name}.yaml"):
            if candidate.is_file():
                return candidate.resolve()
        raise ContentRefused(
            [
                document.fault(
                    ("extends", index), f"There is no file {name}.yaml. Correct the name, or take the line out."
                )
            ]
        )


def _read(path: Path, *roots: Path) -> Document:
    name = _name(path, roots)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = f"This file cannot be read ({error.strerror}). Name a file that is there and may be read."
        raise ContentRefused([Fault(str(path), 1, "", reason)]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ContentRefused([Fault(name, line, "", "This file is not UTF-8 text. Save it as UTF-8.")]) from error
    return read_yaml(text, name)


def _name(path: Path, roots: tuple[Path, ...]) -> str:
    """Return a file's name from the folder it was found through: two editions each have a `rules.yaml`."""
    for root in roots:
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
        if path.resolve().is_relative_to(root.resolve()):
            return path.resolve().relative_to(root.resolve()).as_posix()
    return str(path)


def _shape_checked(document: Document) -> EditionFile:
    try:
        return EditionFile.model_validate(document.data)
    except ValidationError as error:
        faults = [_fault_of(document, each) for each in error.errors()]
        # A value that may be of two kinds is reported once for each of them.
        once = {(fault.line, fault.key): fault for fault in reversed(faults)}
        raise ContentRefused(list(once.values())[::-1]) from error


_CURES = {
    "extra_forbidden": "This key is not known here. Check its spelling, or take it out.",
    "missing": "This key is needed and missing. Add it.",
    "string_too_short": "This is empty. Write something, or take the key out.",
    "too_short": "This is empty. Add at least one entry.",
    "string_type": "This should be text. Take the brackets, dashes or keys away.",
    "list_type": "This should be a list. Put each entry on a line of its own with a dash.",
    "dict_type": "This should be keys with values. Indent them below it.",
    "model_type": "This should be keys with values. Indent them below it.",
    "bool_parsing": "This should be yes or no. Write one of them.",
    "int_parsing": "This should be a whole number. Write it in digits.",
    "date_from_datetime_parsing": 'This should be a date. Write it as "2026-09-14".',
}


def _fault_of(document: Document, error: Mapping[str, Any]) -> Fault:
    path = _as_written(document, tuple(error["loc"]), is_missing=error["type"] == "missing")
    fault = document.fault(path, _CURES.get(error["type"]) or f"{error['msg']}. Correct the value.")
    return Fault(fault.file, fault.line, _with_id(document, path), fault.message)


def _as_written(document: Document, path: tuple[str | int, ...], *, is_missing: bool) -> tuple[str | int, ...]:
    """Return where the file itself has what the model names, or would have the key that is missing."""
    # A rule with one case may be written flat: its keys then stand one level higher than the model says.
    if path[:1] == ("rules",) and path[2:3] == ("cases",) and (*path[:2], "cases") not in document.lines:
        path = (*path[:2], *path[4:])
    while path and not is_missing and path not in document.lines:
        path = path[:-1]
    return path


def _with_id(document: Document, path: tuple[str | int, ...]) -> str:
    """Return a path in words, the entry by its id where it has one."""
    steps = list(path)
    if len(path) > 1 and path[0] in KEYS:
        entry = document.data[path[0]][path[1]]
        name = entry.get(KEYS[str(path[0])]) if isinstance(entry, dict) else None
        steps[1] = name if isinstance(name, str) else path[1]
    return ".".join(str(step) for step in steps)


def _joined(documents: list[Document], files: list[EditionFile]) -> dict[str, list[Any]]:
    faults: list[Fault] = []
    result: dict[str, list[Any]] = {}
    for block, key in KEYS.items():
        seen: dict[str, str] = {}
        entries: list[Any] = []
        for document, file in zip(documents, files, strict=True):
            for index, entry in enumerate(getattr(file, block)):
                name = getattr(entry, key)
                if name in seen:
                    faults.append(
                        document.fault(
                            (block, index, key),
                            f"{name} is already in {seen[name]}. Give this one another id, or take one out.",
                        )
                    )
                seen[name] = document.file
                entries.append(entry)
        result[block] = entries
    if faults:
        raise ContentRefused(faults)
    return result


def _digest(whole: EditionFile) -> str:
    """Return the SHA-256 of everything the edition says, in one canonical writing."""
    canonical = json.dumps(content_data(whole), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def content_data(whole: EditionFile) -> dict[str, Any]:
    """Return everything an edition says, joined with what it extends, as plain data."""
    return {name: _plain(getattr(whole, name)) for name in ("edition", *KEYS)}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.model_dump(mode="json")
