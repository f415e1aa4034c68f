"""UDP and TCP as far as probes need them: who was asked, and what a TCP would answer. Pure functions, standard library only."""
import hashlib
import struct
from typing import Optional

from net.packets import TCP, UDP, Probe, checksum, wrap

FIN, SYN, RST, ACK = 1, 2, 4, 16
MAXIMUM_SEGMENT = 1380


def split(packet: bytes) -> Optional[tuple]:
    """(family, protocol, source, destination, TTL, transport) of a UDP or TCP packet; None for fragments and everything else."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 28 and packet[9] in (TCP, UDP) and not struct.unpack_from('>H', packet, 6)[0] & 0x3fff:
        return 4, packet[9], packet[12:16], packet[16:20], packet[8], packet[(packet[0] & 15) * 4:]
    if version == 6 and len(packet) >= 48 and packet[6] in (TCP, UDP):
        return 6, packet[6], packet[8:24], packet[24:40], packet[7], packet[40:]
    return None


def read_transport(packet: bytes) -> Optional[Probe]:
    """A UDP datagram, or the first packet of a TCP connection (SYN without ACK)."""
    parts = split(packet)
    if parts is None:
        return None
    family, protocol, src, dst, ttl, transport = parts
    source_port, port = struct.unpack_from('>HH', transport)
    if protocol == UDP:
        return Probe(family, src, dst, source_port, port, ttl, transport[8:], packet, 'udp', transport)
    if len(transport) < 20 or transport[13] & (SYN | ACK | RST) != SYN:
        return None
    return Probe(family, src, dst, source_port, port, ttl, transport[(transport[12] >> 4) * 4:], packet, 'tcp', transport)


def segment(family: int, ends: tuple, ports: tuple, numbers: tuple, flags: int, options: bytes = b'') -> bytes:
    """A TCP header with its checksum and no data. ends and ports: (from, to); numbers: (sequence, acknowledgement)."""
    head = struct.pack('>HHIIBBHHH', *ports, *numbers, (20 + len(options)) // 4 << 4, flags, 65_535 if flags & SYN else 0, 0, 0) + options
    size = struct.pack('>BBH', 0, TCP, len(head)) if family == 4 else struct.pack('>II', len(head), TCP)
    return head[:16] + struct.pack('>H', checksum(ends[0] + ends[1] + size + head)) + head[18:]


def tcp_answer(probe: Probe, ttl: int, is_open: bool) -> bytes:
    """SYN-ACK of a port where something listens, RST of another."""
    theirs = struct.unpack_from('>I', probe.transport, 4)[0]
    ours = int.from_bytes(hashlib.blake2b(probe.transport[:8], digest_size=4).digest(), 'big') if is_open else 0
    options = struct.pack('>BBH', 2, 4, MAXIMUM_SEGMENT) if is_open else b''
    body = segment(probe.family, (probe.dst, probe.src), (probe.seq, probe.ident), (ours, (theirs + 1) & 0xffffffff), SYN | ACK if is_open else RST | ACK, options)
    return wrap(probe.family, probe.dst, probe.src, ttl, body, TCP)


def goodbye(packet: bytes) -> Optional[bytes]:
    """The RST that ends a connection which the vantage wants to close; None for every other packet. No connection outlives its probe here."""
    parts = split(packet)
    if parts is None or parts[1] != TCP or len(parts[5]) < 20 or not parts[5][13] & FIN:
        return None
    family, _, src, dst, _, transport = parts
    source_port, port = struct.unpack_from('>HH', transport)
    acknowledged = struct.unpack_from('>I', transport, 8)[0]
    return wrap(family, dst, src, 64, segment(family, (dst, src), (port, source_port), (acknowledged, 0), RST), TCP)
