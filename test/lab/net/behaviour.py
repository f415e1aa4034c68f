"""What a simulated host does with its n-th probe. Every draw comes from (seed, destination, n, what), so two runs agree."""
import hashlib
import math
from typing import NamedTuple, Optional

from net.packets import Probe, echo_reply, error_reply, to_bytes
from net.transport import tcp_answer


class Send(NamedTuple):
    """One packet to write, `rtt_ms` after the probe came."""
    rtt_ms: float
    packet: bytes
    ttl: int
    source: str
    kind: str


class Plan(NamedTuple):
    """
    fate: replied, expired, unreachable, lost, silent, limited or filtered. `why` names the cause of a loss or what is odd about the reply.
    `hop`: TTL of whoever decided that fate, where the host has a path.
    """
    fate: str
    why: Optional[str]
    sends: list
    hop: Optional[int] = None


class Bucket:
    """A token bucket, like a router's ICMP rate limit. Full at the first taking."""

    def __init__(self, limit: dict):
        self.limit, self.tokens, self.filled_s = limit, float(limit['burst']), None

    def take(self, now_s: float) -> bool:
        if self.filled_s is not None:
            self.tokens = min(self.limit['burst'], self.tokens + (now_s - self.filled_s) * self.limit['per_s'])
        self.filled_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def jittered(shape: str, ms: float, u: float, v: float) -> float:
    """uniform: from -ms to +ms. normal: standard deviation ms, cut at 3. exponential: mean ms, cut at 10, never negative. u, v in [0, 1)."""
    if shape == 'uniform':
        return (2 * u - 1) * ms
    if shape == 'exponential':
        return min(10.0, -math.log(1 - u)) * ms
    return max(-3.0, min(3.0, math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v))) * ms


def stepped(base, steps: list, key: str, n: int, since_s: float):
    """The value after the last step that has happened."""
    for step in steps:
        if n >= step.get('at_n', math.inf) or since_s >= step.get('at_s', math.inf):
            base = step[key]
    return base


class Host:
    """State of one destination: how many probes came, when the first did, and the bucket of its rate limit."""

    def __init__(self, address: str, rules: dict, seed: int):
        self.address, self.rules, self.seed = address, rules, seed
        self.count = 0
        self.first_s = 0.0
        self.bucket = Bucket(rules['limit']) if 'limit' in rules else None

    def draw(self, n: int, what: str) -> float:
        """A number in [0, 1) that depends on nothing but seed, destination, n and what it is for."""
        key = f'{self.seed}|{self.address}|{n}|{what}'.encode()
        return int.from_bytes(hashlib.blake2b(key, digest_size=7).digest(), 'big') / 2**56

    def hit(self, n: int, what: str, pct: float) -> bool:
        return self.draw(n, what) * 100 < pct

    def answer(self, probe: Probe, now_s: float) -> Plan:
        self.arrived(now_s)
        rules, since_s = self.rules, now_s - self.first_s
        ttl = stepped(rules.get('ttl', 64), rules.get('ttl_steps', []), 'ttl', self.count, since_s)
        base = stepped(rules.get('rtt_ms', 0), rules.get('rtt_steps', []), 'rtt_ms', self.count, since_s)
        return self.at_host(probe, now_s, ttl, base)

    def arrived(self, now_s: float) -> None:
        self.count += 1
        if self.count == 1:
            self.first_s = now_s

    def at_host(self, probe: Probe, now_s: float, ttl: int, base_ms: float) -> Plan:
        """The probe has come all the way. `ttl`: of the answer as it arrives; `base_ms`: round trip before what is drawn."""
        n, rules = self.count, self.rules
        if rules.get('silent'):
            return Plan('silent', None, [])
        if self.bucket and not self.bucket.take(now_s):
            return Plan('limited', None, [])
        lost = self.why_lost(n)
        if lost:
            return Plan('lost', lost, [])
        rtt_ms = self.varied(n, base_ms)
        error = rules.get('unreachable')
        if error and self.hit(n, 'unreachable', error.get('pct', 100)):
            packet = error_reply(probe, to_bytes(error['from']), ttl, error['kind'], error.get('mtu', 0))
            return Plan('unreachable', error['kind'], [Send(rtt_ms, packet, ttl, error['from'], error['kind'])])
        if probe.protocol == 'icmp':
            return self.reply(probe, n, rtt_ms, ttl)
        return self.udp(probe, rtt_ms, ttl) if probe.protocol == 'udp' else self.tcp(probe, rtt_ms, ttl)

    def why_lost(self, n: int) -> Optional[str]:
        rules = self.rules
        if any(burst['from_n'] <= n < burst['from_n'] + burst['count'] for burst in rules.get('bursts', [])):
            return 'burst'
        random = rules.get('random_bursts')
        if random and any(self.hit(k, 'burst', random['start_pct']) for k in range(max(1, n - random['length'] + 1), n + 1)):
            return 'burst'
        return 'random' if self.hit(n, 'loss', rules.get('loss_pct', 0)) else None

    def varied(self, n: int, base: float) -> float:
        """The round trip with everything that is drawn for this probe."""
        rules = self.rules
        jitter = rules.get('jitter')
        if jitter:
            base += jittered(jitter['shape'], jitter['ms'], self.draw(n, 'jitter'), self.draw(n, 'jitter2'))
        if 'reorder' in rules and self.hit(n, 'reorder', rules['reorder']['pct']):
            base += rules['reorder']['extra_ms']
        if 'late' in rules and n % rules['late']['every'] == 0:
            base += rules['late']['extra_ms']
        return max(0.0, base)

    def udp(self, probe: Probe, rtt_ms: float, ttl: int) -> Plan:
        """Nothing listens: the host says so, or keeps silent."""
        if self.rules.get('udp') == 'silent':
            return Plan('silent', None, [])
        packet = error_reply(probe, to_bytes(self.address), ttl, 'port-unreachable', 0)
        return Plan('replied', None, [Send(rtt_ms, packet, ttl, self.address, 'port-unreachable')])

    def tcp(self, probe: Probe, rtt_ms: float, ttl: int) -> Plan:
        """SYN-ACK from an open port, RST or nothing from the others."""
        rules = self.rules.get('tcp', {})
        is_open = probe.seq in rules.get('open', [])
        if not is_open and rules.get('closed') == 'silent':
            return Plan('silent', None, [])
        return Plan('replied', None, [Send(rtt_ms, tcp_answer(probe, ttl, is_open), ttl, self.address, 'syn-ack' if is_open else 'rst')])

    def reply(self, probe: Probe, n: int, rtt_ms: float, ttl: int) -> Plan:
        rules, why, payload, spoil, source = self.rules, [], probe.payload, False, self.address
        corrupt = rules.get('corrupt')
        if corrupt and self.hit(n, 'corrupt', corrupt['pct']):
            why.append('corrupt')
            spoil = corrupt.get('how', 'data') == 'checksum'
            if not spoil:
                at = min(corrupt.get('byte', 20), max(0, len(payload) - 1))
                payload = payload[:at] + bytes([payload[at] ^ 0xff]) + payload[at + 1:]
        other = rules.get('reply_from')
        if other and self.hit(n, 'reply_from', other.get('pct', 100)):
            why.append('other-source')
            source = other['address']
        packet = echo_reply(probe, to_bytes(source), ttl, payload, spoil)
        sends = [Send(rtt_ms, packet, ttl, source, 'echo')]
        double = rules.get('duplicates')
        if double and self.hit(n, 'duplicate', double['pct']):
            why.append('duplicate')
            sends += [Send(rtt_ms + double['after_ms'] * copy, packet, ttl, source, 'echo') for copy in range(1, double.get('copies', 1) + 1)]
        return Plan('replied', ','.join(why) or None, sends)
