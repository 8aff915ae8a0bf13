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
    document = _read(path)
    return _edition([*_extended_of(document, path.parent, content, seen=(path,)), document])


def load_text(text: str, *, file: str, content: Path = SHIPPED) -> Edition:
    """Return the edition of a text that is not a file, such as a stored edition or an editor's draft."""
    document = read_yaml(text, file)
    return _edition([*_extended_of(document, content, content, seen=()), document])


def _edition(documents: list[Document]) -> Edition:
    files = [_shape_checked(document) for document in documents]
    data: dict[str, Any] = {"edition": files[-1].edition, "extends": files[-1].extends, **_joined(documents, files)}
    whole = EditionFile.model_construct(**data)
    return compile_edition(whole, documents=tuple(documents), digest=_digest(whole))


def shipped_files() -> list[Path]:
    """Return the files of the shipped partnership editions, in alphabetical order."""
    return sorted(path for path in SHIPPED.glob("*.yaml") if "." not in path.stem)


def _extended_of(document: Document, folder: Path, content: Path, *, seen: tuple[Path, ...]) -> list[Document]:
    names = document.data.get("extends", []) if isinstance(document.data, dict) else []
    found: list[Document] = []
    for index, name in enumerate(names if isinstance(names, list) else []):
        candidates = [folder / f"{name}.yaml", content / f"{name}.yaml"]
        target = next((each for each in candidates if each.is_file()), None)
        if target is None:
            raise ContentRefused(
                [
                    document.fault(
                        ("extends", index), f"There is no file {name}.yaml. Correct the name, or take the line out."
                    )
                ]
            )
        if target in seen:
            raise ContentRefused([document.fault(("extends", index), f"{name} extends itself. Take the line out.")])
        inner = _read(target)
        found += [*_extended_of(inner, target.parent, content, seen=(*seen, target)), inner]
    return found


def _read(path: Path) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentRefused([Fault(str(path), 1, "", f"This file cannot be read ({error.strerror}).")]) from error
    except UnicodeDecodeError as error:
        raise ContentRefused([Fault(str(path), 1, "", "This file is not UTF-8 text. Save it as UTF-8.")]) from error
    return read_yaml(text, path.name)


def _shape_checked(document: Document) -> EditionFile:
    try:
        return EditionFile.model_validate(document.data)
    except ValidationError as error:
        raise ContentRefused([_fault_of(document, each) for each in error.errors()]) from error


_CURES = {
    "extra_forbidden": "This key is not known here. Check its spelling, or take it out.",
    "missing": "This key is needed and missing. Add it.",
    "string_too_short": "This is empty. Write something, or take the key out.",
}


def _fault_of(document: Document, error: Mapping[str, Any]) -> Fault:
    path = tuple(error["loc"])
    if error["type"] != "missing" and path and path[-1] == "cases":
        path = path[:-1]
    # A rule with one case may be written flat: its keys then stand one level higher than the model says.
    flat = tuple(
        step for index, step in enumerate(path) if step != "cases" and not (index and path[index - 1] == "cases")
    )
    path = path if path in document.lines else flat
    return document.fault(path, _CURES.get(error["type"]) or f"{error['msg']}. Correct the value.")


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
