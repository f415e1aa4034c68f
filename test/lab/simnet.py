"""
Plays the internet behind a TUN device, inside a network namespace: answers echo requests, UDP and TCP SYN of both families as a scenario
file says, from the host or from the router where their TTL is used up, and keeps the truth.

usage: simnet.py DEVICE TRUTH SCENARIO...

DEVICE is an existing TUN device of this namespace. TRUTH gets one JSON object a line and probe, once all its answers are out.
Several scenarios are several parts of one internet: no host may be in two of them, and each keeps its own seed.
Prints one JSON line when ready. "settle" on stdin is answered once nothing is pending; the end of stdin ends the program.
"""
import fcntl
import gc
import heapq
import json
import os
import select
import socket
import struct
import sys
import time

from net.behaviour import Host, Plan
from net.packets import protocol_and_destination, read_probe, to_text
from net.path import PathHost
from net.scenario import ScenarioError, load
from net.transport import goodbye, read_transport

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
SO_TIMESTAMPNS = 35
ETH_P_ALL = 0x0003
PACKET_OUTGOING = 4
# The last stretch before a timed send is waited for awake: a sleeping process is woken too late.
SPIN_NS = 150_000


def real_time_priority() -> bool:
    """SCHED_FIFO where the kernel lets us: without it expect delays ten times less exact."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(20))
        return True
    except OSError:
        return False


def open_tun(device: str) -> int:
    tun = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack('16sH22x', device.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def open_tap(device: str) -> socket.socket:
    """A packet socket that sees what the vantage sends into the device, each with the kernel's time stamp."""
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    tap.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    tap.bind((device, ETH_P_ALL))
    tap.setblocking(False)
    return tap


class Simulator:
    """One event loop: packets in, a heap of timed sends, packets out, the truth on disk."""

    def __init__(self, device: str, hosts: dict, truth):
        self.tun, self.tap, self.truth = open_tun(device), open_tap(device), truth
        self.hosts = hosts
        self.heap = []
        self.order = 0
        self.settling = False

    def run(self) -> None:
        while True:
            now = time.monotonic_ns()
            while self.heap and self.heap[0][0] <= now:
                self.send(*heapq.heappop(self.heap)[2:])
                now = time.monotonic_ns()
            if self.settling and not self.heap:
                self.settling = False
                print(json.dumps({'settled': True}), flush=True)
            wait = None if not self.heap else max(0, self.heap[0][0] - now - SPIN_NS) / 1e9
            ready, _, _ = select.select([self.tap, self.tun, 0], [], [], wait)
            if self.tap in ready:
                self.read_packets()
            if self.tun in ready:
                self.drain()
            if 0 in ready and not self.command():
                return

    def command(self) -> bool:
        """One word on stdin; False when whoever started us is gone."""
        words = os.read(0, 4096)
        self.settling = self.settling or b'settle' in words
        return bool(words)

    def drain(self) -> None:
        """The device's own queue holds copies of what the packet socket gave us."""
        try:
            while True:
                os.read(self.tun, 65_536)
        except BlockingIOError:
            pass

    def read_packets(self) -> None:
        try:
            while True:
                packet, ancillary, _, sender = self.tap.recvmsg(65_536, 128)
                if sender[2] == PACKET_OUTGOING:
                    self.take(packet, self.arrival(ancillary))
        except BlockingIOError:
            pass

    def arrival(self, ancillary: list) -> int:
        """When the packet entered the device, on the monotonic clock."""
        mono, real = time.monotonic_ns(), time.time_ns()
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack('qq', data[:16])
                age = real - (seconds * 1_000_000_000 + nanoseconds)
                if 0 <= age < 1_000_000_000:
                    return mono - age
        return mono

    def take(self, packet: bytes, came: int) -> None:
        probe = read_probe(packet) or read_transport(packet)
        if probe is not None:
            self.probe(probe, came)
            return
        last_word = goodbye(packet)
        if last_word is not None:
            os.write(self.tun, last_word)
        protocol, destination = protocol_and_destination(packet)
        self.write({'kind': 'ignored', 'protocol': protocol, 'dst': destination})

    def probe(self, probe, came: int) -> None:
        host = self.hosts.get(probe.dst)
        if host is None:
            host = self.hosts[probe.dst] = Host(to_text(probe.dst), {'silent': True}, 0)
        plan: Plan = host.answer(probe, came / 1e9)
        record = {
            'kind': 'probe', 'dst': host.address, 'n': host.count, 'protocol': probe.protocol, 'id': probe.ident, 'seq': probe.seq,
            'sent_ttl': probe.ttl, 'bytes': len(probe.payload), 'packet_bytes': len(probe.raw),
            'at_ms': round((time.time_ns() - (time.monotonic_ns() - came)) / 1e6, 3), 'fate': plan.fate, 'why': plan.why, 'hop': plan.hop, 'answers': [],
        }
        if getattr(host, 'repeated', False):
            record['again'] = True
        for index, send in enumerate(plan.sends):
            self.order += 1
            heapq.heappush(self.heap, (came + round(send.rtt_ms * 1e6), self.order, send, came, record, index == len(plan.sends) - 1))
        if not plan.sends:
            self.write(record)

    def send(self, send, came: int, record: dict, last: bool) -> None:
        try:
            os.write(self.tun, send.packet)
            real_ms = round((time.monotonic_ns() - came) / 1e6, 4)
        except OSError as error:
            real_ms = None
            record['write_error'] = str(error)
        record['answers'].append({'rtt_ms': round(send.rtt_ms, 4), 'real_ms': real_ms, 'ttl': send.ttl, 'from': send.source, 'what': send.kind})
        if last:
            self.write(record)

    def leave(self) -> None:
        """What was still on its way when the program was ended is part of the truth, and marked."""
        for _, _, _, _, record, last in self.heap:
            if last:
                self.write({**record, 'pending': True})

    def write(self, record: dict) -> None:
        self.truth.write(json.dumps(record, separators=(',', ':')) + '\n')
        self.truth.flush()


def hosts_of(paths: list) -> dict:
    """Every host of every scenario file, by address."""
    hosts = {}
    for path in paths:
        scenario = load(path)
        for address, rules in scenario['hosts'].items():
            if address in hosts:
                raise ScenarioError(f'{to_text(address)} is already in another scenario of this lab')
            hosts[address] = (PathHost if 'path' in rules else Host)(to_text(address), rules, scenario['seed'])
    return hosts


def main() -> int:
    if len(sys.argv) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        hosts = hosts_of(sys.argv[3:])
    except (ScenarioError, OSError, ValueError) as error:
        print(f'{", ".join(sys.argv[3:])}: {error}', file=sys.stderr)
        return 2
    with open(sys.argv[2], 'w', encoding='utf-8') as truth:
        simulator = Simulator(sys.argv[1], hosts, truth)
        fifo = real_time_priority()
        gc.freeze()
        gc.disable()
        print(json.dumps({'ready': True, 'real_time': fifo}), flush=True)
        simulator.run()
        simulator.leave()
    return 0


if __name__ == '__main__':
    sys.exit(main())
