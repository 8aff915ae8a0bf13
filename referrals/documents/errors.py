"""What can go wrong while a document is made. No message ever holds case text: they end up in logs and on job rows."""


class PackRenderError(Exception):
    """A pack could not be rendered. The job may be tried again, and after two failures as a fallback."""


class PackRenderTimeout(PackRenderError):
    """The child process used up its time and was killed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Rendering was stopped after {seconds:g} seconds. Try again; after two failures use render_fallback."
        )


class PackRenderFailed(PackRenderError):
    """The child process ended without a document. `cause` is the name of an exception or of a limit, nothing more."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(f"Rendering failed ({cause}). Try again; after two failures use render_fallback.")
