"""Pages that attack who keeps them: each is kept as far as it goes or refused by name, within bounds, and leaves no process and no file."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from support.pages_served import html, moved, pages_served

from parapet.channels.web import chromium, fetch
from parapet.channels.web.container import MAX_BYTES, read_capture
from parapet.channels.web.fetch import Capturer, NotCaptured

STORM = """<p>words<script>
const quietly = (what) => { try { const came = what(); came?.catch?.(() => 0) } catch {} };
onbeforeunload = () => 'stay';
for (let n = 0; n < 40; n++) {
  quietly(() => open('/opened?' + n));
  quietly(() => { const a = document.createElement('a'); a.download = 'x' + n; a.href = URL.createObjectURL(new Blob([new Uint8Array(1e6)])); a.click() });
  quietly(() => { const f = document.createElement('iframe'); f.src = '/file?' + n; document.body.append(f) });
  if (n < 3) quietly(() => new Worker(URL.createObjectURL(new Blob(['for (let n = 0; n < 1e8; n++);']))));
  quietly(() => history.pushState(null, '', '?' + n));
}
quietly(() => { const c = document.createElement('canvas'); c.width = c.height = 30000; c.getContext('2d').fillRect(0, 0, 3e4, 3e4); document.body.append(c) });
quietly(() => navigator.serviceWorker.register('/worker.js'));
quietly(() => navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
quietly(() => navigator.geolocation.getCurrentPosition(() => 0));
quietly(() => Notification.requestPermission());
quietly(() => document.documentElement.requestFullscreen());
quietly(() => navigator.clipboard.readText());
quietly(() => showSaveFilePicker());
const call = new RTCPeerConnection({ iceServers: [{ urls: 'stun:outside.example' }] });
quietly(() => { call.createDataChannel('x'); call.createOffer().then((o) => call.setLocalDescription(o)) });
quietly(() => window.print());
for (let n = 0; n < 5; n++) { quietly(() => alert(n)); quietly(() => confirm(n)); quietly(() => prompt(n)) }
setInterval(() => { debugger; alert('again') }, 20);
</script>"""
EATS = "<p>words<script>const held = []; setInterval(() => held.push(new Uint8Array(3e7).fill(7)), 20)</script>"


@pytest.mark.soak
def test_what_attacks_is_bounded_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    looked_up: set[str] = set()
    folders: set[Path] = set()

    def resolve(host: str, _port: int) -> list[str]:
        looked_up.add(host)
        return ["127.0.0.1"] if host == "127.0.0.1" else []

    monkeypatch.setenv("TMPDIR", str(tmp_path))  # of who drives Chromium
    monkeypatch.setattr(chromium, "MAX_MEMORY_BYTES", 900 * 1024 * 1024)
    with pages_served() as (here, pages, asked), Capturer(inside=True, resolve=resolve) as browser:
        pages["/round"] = moved("/round")
        pages["/storm"] = html(STORM)
        pages["/worker.js"] = (200, {"Content-Type": "text/javascript"}, b"onfetch = () => 0")
        pages["/again"] = html("<p>words<script>setTimeout(() => location.reload(), 1)</script>")
        pages["/eats"] = html(EATS)
        pages["/sound"] = html("<p>sound")
        for n in range(40):
            pages[f"/file?{n}"] = (200, {"Content-Type": "application/x-msdownload", "Content-Disposition": "attachment"}, b"MZ")

        def attacked(path: str, most_s: float = 45.0) -> str:
            """What is kept of it, or why nothing is. Afterwards the next page is kept as ever, and no file lies there."""
            monkeypatch.setattr(fetch, "MAX_S", most_s)
            try:
                raw = browser.capture(f"{here}{path}").raw
                assert len(raw) <= MAX_BYTES
                came = str(read_capture(io.BytesIO(raw)).facts["text"]).strip()
            except NotCaptured as refused:
                came = str(refused.reason)
            monkeypatch.setattr(fetch, "MAX_S", 120.0)  # of what follows, however slow this machine
            assert read_capture(io.BytesIO(browser.capture(f"{here}/sound").raw)).facts["text"].strip() == "sound"
            folder = browser._chromium._folder  # type: ignore[union-attr]
            assert not [each for each in folder.rglob("*") if each.is_file() and each.read_bytes()[:2] == b"MZ"]
            folders.add(folder)
            return came

        assert attacked("/sound") == "sound"
        assert attacked("/round") == "unreachable" and asked.count("/round") <= 25
        assert attacked("/storm") in ("words", "too_slow")
        assert not [each for each in asked if each.startswith(("/opened", "/worker.js"))]
        assert attacked("/again", 20.0) in ("words", "unreachable", "too_slow", "not_a_page")
        assert attacked("/eats", 20.0) in ("words", "too_large", "too_slow"), "it may be seen before it has eaten much"
        assert looked_up == {"127.0.0.1"}, "by no way was anybody else asked for anything"
    assert not [each for each in folders if each.exists()] and not list(tmp_path.iterdir()), "no file"
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert not [each for each in folders if str(each) in running], "no process"
