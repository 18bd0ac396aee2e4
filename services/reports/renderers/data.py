"""The document as JSON: the answers it was made from and the tree that people read, with sorted keys."""

import orjson

from services.reports.document import Document
from services.reports.subject import Subject


def render_json(subject: Subject, document: Document) -> bytes:
    """`{catalogue, diagnostic, document, edition, fingerprint}`: plain numbers in `diagnostic`, words in `document`."""
    return orjson.dumps(
        {
            "fingerprint": subject.fingerprint,
            "edition": subject.edition,
            "catalogue": subject.catalogue.version,
            "diagnostic": subject.diagnostic.model_dump(mode="json"),
            "document": document,
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE,
    )
