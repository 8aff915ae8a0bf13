"""The last door against a file: there is no upload anywhere, so whatever reaches this handler is refused."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RefuseEveryFile(FileUploadHandler):
    """Refuse a file at its first byte, before anything is written."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Raise; Django answers with an error and stores nothing."""
        raise RequestDataTooBig("The portal takes no files. Describe in words what was seen.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Raise, in case a parser skipped new_file."""
        raise RequestDataTooBig("The portal takes no files. Describe in words what was seen.")

    def file_complete(self, file_size: int) -> None:
        """Nothing was received."""
