"""Wheels made of files that are there already: the same files give the same bytes, on any day."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from io import BytesIO

TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say


def wheel(
    name: str, version: str, files: dict[str, bytes], licence: str, sources: str, text: bytes
) -> bytes:
    """A wheel for any Python, holding these files; it names no dependency.

    licence, sources  what it may be used for, and where it comes from
    text              the licence itself
    """
    info = f"{name}-{version}.dist-info"
    about = {"Metadata-Version": "2.4", "Name": name, "Version": version}
    about |= {"License-Expression": licence, "License-File": "LICENSE"}
    about |= {"Project-URL": f"Source, {sources}"}
    files = {
        **files,
        f"{info}/licenses/LICENSE": text,
        f"{info}/METADATA": "".join(f"{key}: {value}\n" for key, value in about.items()).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: 30u30\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},{_record(content)},{len(content)}" for path, content in sorted(files.items())]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""]).encode()
    return archive(files)


def archive(files: dict[str, bytes]) -> bytes:
    """A zip file with nothing in it that depends on when or where it was made."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content, compresslevel=9)
    return stream.getvalue()


def file_name(name: str, version: str, content: bytes) -> str:
    """The wheel's file name. Its content stands in it as a build number, which begins with a digit:
    another content has another address, so no cache can give out an old one."""
    digest = hashlib.sha256(content).hexdigest()[:12]
    return f"{name}-{version}-0{digest}-py3-none-any.whl"


def _record(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
