"""The clock of a child process, set wrong by SET_CLOCK_S seconds: what the system's is for everybody where it was set wrong.

Python imports a module of this name before any other, when its folder is in PYTHONPATH. The type `datetime` stays what it
is, as compiled libraries know it by its address; only what it reads as the time is another.
"""

import ctypes
import datetime
import gc
import os
import time

_WRONG_S = float(os.environ.get("SET_CLOCK_S", "0"))
_now, _time, _time_ns = datetime.datetime.now, time.time, time.time_ns


def _wrong_now(_kind: type, tz: datetime.tzinfo | None = None) -> datetime.datetime:
    return _now(tz) + datetime.timedelta(seconds=_WRONG_S)


if _WRONG_S:
    [names] = gc.get_referents(datetime.datetime.__dict__)
    names["now"] = classmethod(_wrong_now)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
    time.time = lambda: _time() + _WRONG_S
    time.time_ns = lambda: _time_ns() + int(_WRONG_S * 1e9)
