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
    higher = max(ours, theirs, key=_reached)
    if "status" in higher:
        both["status"] = higher["status"]
    if "reviews" in both:
        both["reviews"] = higher.get("reviews", 0)
    for key in ("tries", "hints"):
        if key in both:
            both[key] = max(ours.get(key, 0), theirs.get(key, 0))
    if "helped" in both:
        both["helped"] = bool(ours.get("helped") or theirs.get("helped"))
    passed = [entry["first_passed"] for entry in (ours, theirs) if entry.get("first_passed")]
    if passed:
        both["first_passed"] = min(passed)
    if "review" in both:
        equal = [entry for entry in (ours, theirs) if _reached(entry) == _reached(higher)]
        both["review"] = max((e["review"] for e in equal if e.get("review")), default=None)
    return both


def _reached(entry: dict[str, Any]) -> tuple[int, int]:
    return RANK.get(entry.get("status", "new"), 0), entry.get("reviews", 0)


def merged_cards(ours: Any, theirs: Any) -> Any:
    """The page's recall cards, {id: {"last": day, "right": count}}: the later answer holds."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return theirs if isinstance(theirs, dict) else ours
    both = theirs | ours
    for id in ours.keys() & theirs.keys():
        both[id] = max(ours[id], theirs[id], key=_answered)
    return both


def _answered(card: Any) -> tuple[str, int]:
    """When a card was answered last, and how well; what is no card counts as never."""
    if isinstance(card, dict):
        last, right = card.get("last"), card.get("right")
        if isinstance(last, str) and type(right) is int:
            return last, right
    return "", 0
