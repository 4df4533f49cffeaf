"""A DNS server on the loopback that knows a few TXT records, or stays silent: real packets, made by dnspython."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from support.ports import free_port


class Zone:
    """What the server answers. `records` may be changed while it runs.

    silent  answers nothing;  failing  answers SERVFAIL;  secure  sets AD
    """

    def __init__(self) -> None:
        self.records: dict[str, list[bytes]] = {}
        self.asked: list[str] = []
        self.silent = self.failing = self.secure = False
        self.port = 0

    @property
    def address(self) -> str:
        """For PARAPET_DNS_RESOLVER."""
        return f"127.0.0.1:{self.port}"

    def answer(self, packet: bytes) -> bytes:
        """The answer to one question."""
        query = dns.message.from_wire(packet)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA | (dns.flags.AD if self.secure else 0)
        if self.failing:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name not in self.records:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif self.records[name]:
            rows = [" ".join(f'"{_escaped(row[at : at + 200])}"' for at in range(0, len(row), 200)) for row in self.records[name]]
            response.answer.append(dns.rrset.from_text_list(name + ".", 60, "IN", "TXT", rows))
        return response.to_wire(max_size=65_535)


def _escaped(part: bytes) -> str:
    return "".join(chr(b) if 32 <= b < 127 and b not in b'"\\;' else f"\\{b:03d}" for b in part)


@contextmanager
def serving() -> Iterator[Zone]:
    """A server on a free port, until the block ends."""
    zone, stop = Zone(), threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        zone.port = free_port()
        udp.bind(("127.0.0.1", zone.port))
        tcp.bind(("127.0.0.1", zone.port))
        tcp.listen()
        udp.settimeout(0.05)
        tcp.settimeout(0.05)
        threads = [threading.Thread(target=work, args=(zone, sock, stop)) for work, sock in ((_udp, udp), (_tcp, tcp))]
        for thread in threads:
            thread.start()
        try:
            yield zone
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _udp(zone: Zone, sock: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            packet, sender = sock.recvfrom(4096)
        except TimeoutError:
            continue
        if zone.silent:
            continue
        whole = zone.answer(packet)
        if len(whole) > 1232:
            short = dns.message.make_response(dns.message.from_wire(packet))
            short.flags |= dns.flags.TC
            whole = short.to_wire()
        sock.sendto(whole, sender)


def _tcp(zone: Zone, sock: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            one, _ = sock.accept()
        except TimeoutError:
            continue
        with one:
            one.settimeout(60)
            size = int.from_bytes(one.recv(2), "big")
            whole = zone.answer(one.recv(size))
            one.sendall(len(whole).to_bytes(2, "big") + whole)
