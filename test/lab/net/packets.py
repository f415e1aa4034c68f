"""IPv4, IPv6, ICMP and ICMPv6 as bytes: what the simulated internet reads and writes. Pure functions, standard library only."""
import socket
import struct
import sys
from array import array
from typing import NamedTuple, Optional

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58


class Probe(NamedTuple):
    """
    One echo request, UDP datagram or TCP connection request as it left the vantage. `raw` is the whole IP packet, for quoting in errors.
    ident and seq: those of the echo; source and destination port of the others.
    """
    family: int
    src: bytes
    dst: bytes
    ident: int
    seq: int
    ttl: int
    payload: bytes
    raw: bytes
    protocol: str = 'icmp'
    # Header of the transport and what follows it. Routers that balance by flow hash its first four bytes.
    transport: bytes = b''

    def never_fragment(self) -> bool:
        return self.family == 6 or bool(self.raw[6] & 0x40)


# Error words are those of the product's IcmpErrorKind: (type, code) for IPv4 and for IPv6.
ERRORS_V4 = {
    'net-unreachable': (3, 0), 'host-unreachable': (3, 1), 'protocol-unreachable': (3, 2), 'port-unreachable': (3, 3),
    'frag-needed': (3, 4), 'source-route-failed': (3, 5), 'net-unknown': (3, 6), 'host-unknown': (3, 7), 'host-isolated': (3, 8),
    'net-prohibited': (3, 9), 'host-prohibited': (3, 10), 'net-unreachable-tos': (3, 11), 'host-unreachable-tos': (3, 12),
    'admin-prohibited': (3, 13), 'precedence-violation': (3, 14), 'precedence-cutoff': (3, 15), 'source-quench': (4, 0),
    'ttl-exceeded': (11, 0), 'reassembly-exceeded': (11, 1), 'parameter-problem': (12, 0),
}
ERRORS_V6 = {
    'no-route': (1, 0), 'admin-prohibited': (1, 1), 'beyond-scope': (1, 2), 'address-unreachable': (1, 3), 'port-unreachable': (1, 4),
    'packet-too-big': (2, 0), 'ttl-exceeded': (3, 0), 'reassembly-exceeded': (3, 1), 'parameter-problem': (4, 0),
}


def checksum(data: bytes) -> int:
    """The internet checksum (RFC 1071), ready to be stored in network order."""
    words = array('H', data + b'\0' if len(data) % 2 else data)
    if sys.byteorder == 'little':
        words.byteswap()
    total = sum(words)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def family_of(text: str) -> int:
    return 6 if ':' in text else 4


def to_bytes(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ':' in text else socket.AF_INET, text)


def to_text(address: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET6 if len(address) == 16 else socket.AF_INET, address)


def read_probe(packet: bytes) -> Optional[Probe]:
    """The echo request in an IP packet; None for everything else (fragments and extension headers too)."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 28:
        start = (packet[0] & 15) * 4
        fragment = struct.unpack_from('>H', packet, 6)[0] & 0x3fff
        if packet[9] != ICMP or fragment or packet[start] != 8:
            return None
        ident, seq = struct.unpack_from('>HH', packet, start + 4)
        return Probe(4, packet[12:16], packet[16:20], ident, seq, packet[8], packet[start + 8:], packet, 'icmp', packet[start:])
    if version == 6 and len(packet) >= 48 and packet[6] == ICMPV6 and packet[40] == 128:
        ident, seq = struct.unpack_from('>HH', packet, 44)
        return Probe(6, packet[8:24], packet[24:40], ident, seq, packet[7], packet[48:], packet, 'icmp', packet[40:])
    return None


def protocol_and_destination(packet: bytes) -> tuple:
    """(protocol, destination) of any IP packet, for the record of what was not understood."""
    if packet and packet[0] >> 4 == 4 and len(packet) >= 20:
        return packet[9], to_text(packet[16:20])
    if packet and packet[0] >> 4 == 6 and len(packet) >= 40:
        return packet[6], to_text(packet[24:40])
    return 0, ''


def wrap(family: int, src: bytes, dst: bytes, ttl: int, body: bytes, protocol: Optional[int] = None) -> bytes:
    """An IP packet around an ICMP message, or around that of another protocol."""
    if family == 4:
        head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 0, 0, ttl, protocol or ICMP, 0, src, dst)
        return head[:10] + struct.pack('>H', checksum(head)) + head[12:] + body
    return struct.pack('>IHBB16s16s', 6 << 28, len(body), protocol or ICMPV6, ttl, src, dst) + body


def icmp(family: int, src: bytes, dst: bytes, head: bytes, rest: bytes, spoil: bool = False) -> bytes:
    """An ICMP message with its checksum; `spoil` writes a wrong one. `head` is type, code and two zero bytes for the sum."""
    body = head + rest
    pseudo = b'' if family == 4 else src + dst + struct.pack('>II', len(body), ICMPV6)
    total = checksum(pseudo + body) ^ (0x5555 if spoil else 0)
    return body[:2] + struct.pack('>H', total) + body[4:]


def echo_reply(probe: Probe, src: bytes, ttl: int, payload: bytes, spoil: bool = False) -> bytes:
    head = struct.pack('>BBH', 0 if probe.family == 4 else 129, 0, 0)
    rest = struct.pack('>HH', probe.ident, probe.seq) + payload
    return wrap(probe.family, src, probe.src, ttl, icmp(probe.family, src, probe.src, head, rest, spoil))


def as_received(packet: bytes, ttl: int) -> bytes:
    """The probe as a router down the path gets it: with what is left of its TTL."""
    if packet[0] >> 4 == 6:
        return packet[:7] + bytes([ttl]) + packet[8:]
    size = (packet[0] & 15) * 4
    head = packet[:8] + bytes([ttl]) + packet[9:10] + b'\0\0' + packet[12:size]
    return head[:10] + struct.pack('>H', checksum(head)) + head[12:] + packet[size:]


def error_reply(probe: Probe, src: bytes, ttl: int, word: str, mtu: int) -> bytes:
    """An ICMP error that quotes the probe. `mtu` goes where the kind has a place for it."""
    kind, code = (ERRORS_V4 if probe.family == 4 else ERRORS_V6)[word]
    extra = struct.pack('>HH', 0, mtu) if probe.family == 4 and word == 'frag-needed' else struct.pack('>I', mtu if word == 'packet-too-big' else 0)
    quote = probe.raw[:548] if probe.family == 4 else probe.raw[:1232]
    return wrap(probe.family, src, probe.src, ttl, icmp(probe.family, src, probe.src, struct.pack('>BBH', kind, code, 0), extra + quote))
