"""Files on their way in through a page: only of people who are signed in, and never under a name on the disk.

All files of one request lie one after another in one unnamed file of the home. Whatever ends the process, nothing in
the clear is left behind; and a dropped folder of thousands takes one open file, not thousands.
"""

from __future__ import annotations

import io
import tempfile
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Unnamed(FileUploadHandler):
    """What FILE_UPLOAD_HANDLERS names.

    Django reads a form, files and all, before any view asks who is there: the proof against forged forms lies in it.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._all: _Shared | None = None
        self._start = self._end = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Called before each file. Raises StopUpload for a stranger: not a byte of it is kept."""
        super().new_file(*args, **kwargs)
        session = getattr(self.request, "session", None)
        if session is None or SESSION_KEY not in session:
            raise StopUpload(connection_reset=True)
        if self._all is None:
            file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 - its last window closes it
            self._all = _Shared(file)
        self._start = self._end

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of the present file."""
        assert self._all is not None, "a file begins with new_file"
        self._all.file.seek(self._end)
        self._all.file.write(raw_data)
        self._end += len(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The present file, as forms and views see it."""
        assert self._all is not None, "a file begins with new_file"
        window = io.BufferedReader(_Window(self._all, self._start, self._end - self._start), 65_536)
        return UploadedFile(window, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        """The browser went away, or was turned away."""
        if self._all is not None:
            self._all.file.close()
            self._all = None


class _Shared:
    """The one file of a request, and how many windows are open on it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.windows = file, 0


class _Window(io.RawIOBase):
    """A part of a file, with a position of its own. With the last window the file closes: Django closes them all."""

    def __init__(self, shared: _Shared, start: int, size: int) -> None:
        self._shared, self._start, self._size, self._at = shared, start, size, 0
        shared.windows += 1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        room = memoryview(buffer).cast("B")[: max(0, self._size - self._at)]
        self._shared.file.seek(self._start + self._at)
        found = self._shared.file.read(len(room))
        room[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, (0, self._at, self._size)[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if not self.closed:
            self._shared.windows -= 1
            if not self._shared.windows:
                self._shared.file.close()
        super().close()
