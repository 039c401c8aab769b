"""Every reason an input may be rejected for, in one place; the documentation and the tests read this catalogue."""

from enum import StrEnum


class Reason(StrEnum):
    """Reason classes of news.rejected; the text after # is what docs/reject-reasons.md shows."""

    INVALID_RECORD = "invalid-record"  # a message that is no record: truncated, not JSON, a field missing or wrong
    UNKNOWN_SCHEMA = "unknown-schema"  # a record of a schema version newer than this program reads
    UNREADABLE_FILE = "unreadable-file"  # a replayed file that could not be opened or read
    UNSUPPORTED_TYPE = "unsupported-type"  # a file or page that is not text: an image, a PDF, an archive, a program
    EMPTY = "empty"  # nothing in it: no bytes, or white space alone
    TOO_LARGE = "too-large"  # over the size limit for a page or a message
    NO_TEXT = "no-text"  # a page in which no article text was found
    TIMEOUT = "timeout"  # extraction took longer than its limit and was killed
    WORKER_DIED = "worker-died"  # extraction ended its process (a crash or a memory limit)
    INVALID_URL = "invalid-url"  # an address that is not http(s) or cannot be parsed
    REFUSED_BY_INDEX = "refused-by-index"  # Elasticsearch refused the document (400): a mapping conflict or a bad value
    BUG = "bug"  # an unexpected error of a stage; the detail holds its traceback
