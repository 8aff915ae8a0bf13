"""Reads a pack as its recipient's tools do."""

import io
import json
import subprocess
import unicodedata
from typing import Any

from pypdf import PdfReader

POINTS_OF_HEAD, POINTS_OF_BODY = 70, 676


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes, *options: str) -> str:
    """Return the text that pdftotext finds."""
    return subprocess.run(
        ["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60
    ).stdout.decode()


def body_of(pdf: bytes) -> str:
    """Return the text between head and foot of all pages, squeezed."""
    area = ["-r", "72", "-x", "0", "-y", str(POINTS_OF_HEAD), "-W", "595", "-H", str(POINTS_OF_BODY)]
    return squeezed(text_of(pdf, *area))


def squeezed(text: str) -> str:
    """Return `text` without spaces, characters that draw nothing, and hyphens (pdftotext drops one at a line's end)."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf" and c != "-")


def attachments_of(pdf: bytes) -> dict[str, Any]:
    return {name: json.loads(data[0]) for name, data in reader(pdf).attachments.items()}


def tags_of(pdf: bytes) -> list[str]:
    """Return the structure tags of a tagged PDF in document order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict) and "/S" in node:
            found.append(node["/S"])
            walk(node.get("/K", []))

    walk(reader(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found
