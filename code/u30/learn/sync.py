"""Progress as one line of text that can be pasted on another machine or into the page.

    u30-1.<base64url of zlib of JSON>.<CRC-32 of the middle part, 8 hexadecimal digits>

The page reads and writes the same text. White space, such as line breaks of a mail, is ignored.
"""

import base64
import binascii
import json
import zlib
from typing import Any

from u30.learn.state_file import VERSION, Document, is_sound

MOST = 10_000_000  # bytes of JSON: far more than 150 exercises need
RANK = {"new": 0, "tried": 1, "helped": 2, "passed": 3}


def to_text(document: Document) -> str:
    data = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    middle = base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")
    return f"u30-{VERSION}.{middle}.{zlib.crc32(middle.encode()):08x}"


def from_text(text: str) -> Document:
    """The document in a text; ValueError with a sentence where there is none."""
    text = "".join(text.split())
    start, _, rest = text.partition(".")
    middle, _, checksum = rest.partition(".")
    if not start.startswith("u30-"):
        raise ValueError('This is no progress text; one starts with "u30-1." (see `u30 sync`).')
    if start != f"u30-{VERSION}":
        raise ValueError(f"This text ({start}) comes from another version of u30: update the older")
    if f"{zlib.crc32(middle.encode()):08x}" != checksum:
        raise ValueError("The text is not complete, or was changed on its way. Copy it once more.")
    try:
        data = base64.b64decode(middle + "=" * (-len(middle) % 4), b"-_", validate=True)
        document = json.loads(zlib.decompressobj().decompress(data, MOST))
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError("The text is whole, but holds no progress.") from error
    exercises = document.get("exercises") if isinstance(document, dict) else None
    if not isinstance(exercises, dict) or not all(is_sound(e) for e in exercises.values()):
        raise ValueError("The text is whole, but holds no progress.")
    return document


def merged(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """One exercise from two machines: whatever was reached on either of them stays reached."""
    both = theirs | ours
    higher = max(ours, theirs, key=lambda entry: RANK.get(entry.get("status", "new"), 0))
    if "status" in higher:
        both["status"] = higher["status"]
    for key in ("tries", "hints"):
        if key in both:
            both[key] = max(ours.get(key, 0), theirs.get(key, 0))
    if "helped" in both:
        both["helped"] = bool(ours.get("helped") or theirs.get("helped"))
    passed = [entry["first_passed"] for entry in (ours, theirs) if entry.get("first_passed")]
    if passed:
        both["first_passed"] = min(passed)
    reviews = [entry["review"] for entry in (ours, theirs) if entry.get("review")]
    if both.get("status") == "passed":
        both["review"] = None
    elif reviews:
        both["review"] = max(reviews)
    return both
