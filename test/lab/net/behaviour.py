"""What a simulated host does with its n-th probe. Every draw comes from (seed, destination, n, what), so two runs agree."""
import hashlib
import math
from typing import NamedTuple, Optional

from net.packets import Probe, echo_reply, error_reply, to_bytes


class Send(NamedTuple):
    """One packet to write, `rtt_ms` after the probe came."""
    rtt_ms: float
    packet: bytes
    ttl: int
    source: str
    kind: str


class Plan(NamedTuple):
    """fate: replied, unreachable, lost, silent or limited. `why` names the cause of a loss or what is odd about the reply."""
    fate: str
    why: Optional[str]
    sends: list


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
        self.tokens = float(rules.get('limit', {}).get('burst', 0))
        self.filled_s = 0.0

    def draw(self, n: int, what: str) -> float:
        """A number in [0, 1) that depends on nothing but seed, destination, n and what it is for."""
        key = f'{self.seed}|{self.address}|{n}|{what}'.encode()
        return int.from_bytes(hashlib.blake2b(key, digest_size=7).digest(), 'big') / 2**56

    def hit(self, n: int, what: str, pct: float) -> bool:
        return self.draw(n, what) * 100 < pct

    def answer(self, probe: Probe, now_s: float) -> Plan:
        self.count += 1
        if self.count == 1:
            self.first_s = self.filled_s = now_s
        n, rules = self.count, self.rules
        if rules.get('silent'):
            return Plan('silent', None, [])
        if 'limit' in rules and not self.take_token(now_s):
            return Plan('limited', None, [])
        lost = self.why_lost(n)
        if lost:
            return Plan('lost', lost, [])
        rtt_ms = self.rtt(n, now_s - self.first_s)
        ttl = stepped(rules.get('ttl', 64), rules.get('ttl_steps', []), 'ttl', n, now_s - self.first_s)
        error = rules.get('unreachable')
        if error and self.hit(n, 'unreachable', error.get('pct', 100)):
            packet = error_reply(probe, to_bytes(error['from']), ttl, error['kind'], error.get('mtu', 0))
            return Plan('unreachable', error['kind'], [Send(rtt_ms, packet, ttl, error['from'], error['kind'])])
        return self.reply(probe, n, rtt_ms, ttl)

    def take_token(self, now_s: float) -> bool:
        limit = self.rules['limit']
        self.tokens = min(limit['burst'], self.tokens + (now_s - self.filled_s) * limit['per_s'])
        self.filled_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def why_lost(self, n: int) -> Optional[str]:
        rules = self.rules
        if any(burst['from_n'] <= n < burst['from_n'] + burst['count'] for burst in rules.get('bursts', [])):
            return 'burst'
        random = rules.get('random_bursts')
        if random and any(self.hit(k, 'burst', random['start_pct']) for k in range(max(1, n - random['length'] + 1), n + 1)):
            return 'burst'
        return 'random' if self.hit(n, 'loss', rules.get('loss_pct', 0)) else None

    def rtt(self, n: int, since_s: float) -> float:
        rules = self.rules
        base = stepped(rules.get('rtt_ms', 0), rules.get('rtt_steps', []), 'rtt_ms', n, since_s)
        jitter = rules.get('jitter')
        if jitter:
            base += self.jitter(n, jitter['shape'], jitter['ms'])
        if 'reorder' in rules and self.hit(n, 'reorder', rules['reorder']['pct']):
            base += rules['reorder']['extra_ms']
        if 'late' in rules and n % rules['late']['every'] == 0:
            base += rules['late']['extra_ms']
        return max(0.0, base)

    def jitter(self, n: int, shape: str, ms: float) -> float:
        """uniform: from -ms to +ms. normal: standard deviation ms, cut at 3. exponential: mean ms, cut at 10, never negative."""
        u = self.draw(n, 'jitter')
        if shape == 'uniform':
            return (2 * u - 1) * ms
        if shape == 'exponential':
            return min(10.0, -math.log(1 - u)) * ms
        v = self.draw(n, 'jitter2')
        return max(-3.0, min(3.0, math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v))) * ms

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
