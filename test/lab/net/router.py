"""One router of a simulated path: what it delays, drops, forbids and says."""
import hashlib
from typing import Optional

from net.behaviour import Bucket, stepped
from net.packets import Probe


def flow_choice(seed: int, place: str, probe: Probe, count: int) -> int:
    """
    Which of so many ways a flow takes. Hashed like most routers do: addresses, protocol and the first four bytes of the transport, which
    are the ports of UDP and TCP, and type, code and checksum of ICMP. So each ICMP probe of a tool may take another way (Paris traceroute, 2006).
    """
    key = f'{seed}|{place}|'.encode() + probe.src + probe.dst + probe.protocol.encode() + probe.transport[:4]
    return int.from_bytes(hashlib.blake2b(key, digest_size=4).digest(), 'big') % count


class Router:
    """Rules and state of one place on a path. The same router object may stand at many TTLs (a loop)."""

    def __init__(self, rules: dict, seed: int, place: str):
        self.rules, self.seed, self.place = rules, seed, place
        self.bucket = Bucket(rules['limit']) if 'limit' in rules else None

    def address(self, probe: Probe) -> str:
        choices = self.rules.get('ecmp') or [self.rules['address']]
        return choices[flow_choice(self.seed, self.place, probe, len(choices))]

    def extra_ms(self, n: int, since_s: float) -> float:
        """What this router and everything behind it take longer now."""
        return stepped(0, self.rules.get('delay_steps', []), 'extra_ms', n, since_s) + self.queue_ms(since_s)

    def queue_ms(self, since_s: float) -> float:
        """A buffer that fills slowly for three quarters of its period and drains in the last."""
        queue = self.rules.get('queue')
        if not queue:
            return 0.0
        phase = since_s % queue['period_s'] / queue['period_s']
        return queue['peak_ms'] * (phase / 0.75 if phase < 0.75 else (1 - phase) / 0.25)

    def refuses(self, probe: Probe) -> Optional[tuple]:
        """(error word or 'silent', MTU) for a probe that this router does not pass on; None if it does."""
        rules = self.rules
        block = rules.get('filter')
        if block and probe.protocol in block.get('protocols', ('icmp', 'udp', 'tcp')):
            return block['how'], 0
        mtu = rules.get('mtu')
        if mtu and len(probe.raw) > mtu and probe.never_fragment():
            return ('silent' if rules.get('blackhole') else 'frag-needed' if probe.family == 4 else 'packet-too-big'), mtu
        return None
