"""A process that is told to end ends: whatever it was doing at that moment, and whatever hangs in it then."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

import pytest
from support.homes import let_go
from support.ports import free_port
from support.terminal import started

#: Forks for each line that the main thread comes to in the standard library's `Event.wait`, and is told to end right there.
AT_EACH_LINE = """
import os, signal, sys, threading
from parapet.cli.ending import ends_when_told

def waits_and_is_told_at(chosen):
    stop, seen = threading.Event(), 0

    def trace(frame, event, _given):
        nonlocal seen
        if frame.f_code.co_filename != threading.__file__:
            return None
        seen += 1
        if seen == chosen:
            os.kill(os.getpid(), signal.SIGTERM)
        return trace

    with ends_when_told(stop):
        sys.settrace(trace)
        for _turn in range(3):
            if stop.wait(0.02):
                break
        sys.settrace(None)
        if seen < chosen:
            os._exit(9)
        stop.wait()
    os._exit(0)

lines = 0
while True:
    pid = os.fork()
    if not pid:
        waits_and_is_told_at(lines + 1)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        print(lines, status)
        break
    lines += 1
"""

#: Told, and then stuck as the words say; its bound is short.
STUCK = """
import os, signal, sys, threading, time
from parapet.cli import background, ending
ending.END_S = 0.2
stop = threading.Event()

def stuck():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

if sys.argv[1] == "main":
    with ending.ends_when_told(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        stop.wait()
        stuck()
elif sys.argv[1] == "exit":
    with ending.ends_when_told(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        stop.wait()
    threading.Thread(target=stuck).start()  # which the interpreter waits for
else:
    if os.fork():
        time.sleep(0.3)
        os._exit(0)  # and the other, which holds the pipes that this one was given, is told
    background.ORPHAN_POLL_S = 0.02
    background.end_with_parent(stuck)
    stuck()
"""


def ran(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=600, check=False)


def test_at_whatever_line_of_its_waiting_it_is_told_it_ends():
    done = ran(AT_EACH_LINE)
    assert not done.stderr
    lines, status = map(int, done.stdout.split())
    assert status == 9, "it went on for ever, and the system's clock ended it"
    assert lines > 30


@pytest.mark.parametrize("where", ["main", "exit"])
def test_what_hangs_then_keeps_nothing_from_ending(where):
    assert ran(STUCK, where).returncode == -signal.SIGALRM


def test_nor_does_what_hangs_when_its_parent_is_gone():
    assert ran(STUCK, "orphan").returncode == 0, "its pipes are closed, for nobody holds them any more"


@pytest.mark.soak
def test_told_at_any_moment_of_its_start_a_server_ends(home):
    let_go()
    for _time in range(100):
        both = [started(["serve", "--no-browser", "--port", str(free_port())]) for _each in range(2)]
        time.sleep(random.uniform(0, 8))
        for one in both:
            one.send_signal(signal.SIGTERM)
        assert {one.wait(120) for one in both} <= {0, -signal.SIGTERM}
