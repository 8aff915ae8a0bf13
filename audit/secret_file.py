import os
from pathlib import Path


def write_secret_file(path: Path | str, text: str) -> None:
    """Create a file for its owner's eyes only; raises FileExistsError rather than overwrite a key in use."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
