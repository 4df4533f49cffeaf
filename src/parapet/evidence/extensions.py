"""By which ending an original lies in a bag, for its media type. What has none here ends in `.bin`."""

from __future__ import annotations

#: Types that a double click would run or reckon with get ".txt": nobody is hurt by looking, and no byte is changed.
EXTENSIONS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/x-parapet-capture+zip": "zip",
    "message/rfc822": "eml.txt",
    "text/csv": "csv.txt",
    "text/html": "html.txt",
    "text/plain": "txt",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
