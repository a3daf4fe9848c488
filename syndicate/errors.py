"""The exceptions of Syndicate: what stops a run.

    SyndicateError            exit 2, unless said otherwise
    ├── ConfigurationError    the settings are wrong; carries every mistake at once
    ├── ContentMissing        the content folder is gone, empty or unreadable
    ├── BrakeHeld             a guard refused to go on (mass deletion, replay ...)
    ├── LockHeld              exit 3: another run works on the same state
    ├── StateError            the index cannot be opened or is from a newer program
    ├── PublishError          the output could not be put in place; the old documents stay
    └── FetchError            another host gave no answer that could be used

A fault in somebody's content is never an exception: it is a `model.Problem`.
"""


class SyndicateError(Exception):
    """Root of all errors a user is meant to read; `str()` is the whole message."""

    exit_code = 2


class ConfigurationError(SyndicateError):
    """The settings cannot be used. `mistakes` holds one line per mistake, each with its dotted path."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


class ContentMissing(SyndicateError):
    """There is nothing to read where posts were expected; nothing has been changed."""


class BrakeHeld(SyndicateError):
    """A guard held the run back; nothing has been changed. The message says how to go on.

    `until` is the moment, in epoch seconds, from which a run may go on by itself; None where none will.
    """

    def __init__(self, message: str, until: int | None = None) -> None:
        self.until = until
        super().__init__(message)


class LockHeld(SyndicateError):
    """Another run holds the lock of this state."""

    exit_code = 3


class StateError(SyndicateError):
    """The index file cannot be used."""


class PublishError(SyndicateError):
    """The documents could not be put in place; what was published before is still there, whole."""


class FetchError(SyndicateError):
    """Another host gave no answer that could be used, or is not to be asked; says what to do."""
