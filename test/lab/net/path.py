"""A host behind routers: probes of any protocol are answered by TTL, and the way back has a length of its own."""
from typing import NamedTuple, Optional

from net.behaviour import Host, Plan, Send, jittered, stepped
from net.packets import Probe, as_received, error_reply, to_bytes
from net.router import Router, flow_choice

MAX_TTL = 255


class Place(NamedTuple):
    """A router as it stands on the way of one probe; `extra_ms` is what going round a loop has cost."""
    router: Router
    extra_ms: float = 0.0


class Route:
    """The routers of a path between two changes of it."""

    def __init__(self, rules: dict, seed: int, name: str):
        self.rules, self.seed, self.name = rules, seed, name
        self.items = [self.item(one, f'{name}.{index}') for index, one in enumerate(rules['routers'])]

    def item(self, rules: dict, place: str):
        if 'branches' not in rules:
            return Router(rules, self.seed, place)
        return [[Router(one, self.seed, f'{place}.{way}.{index}') for index, one in enumerate(branch)] for way, branch in enumerate(rules['branches'])]

    def places(self, probe: Probe) -> list:
        """The routers that this probe's flow meets, in order. Of a loop: as many as the TTL allows."""
        routers = []
        for index, item in enumerate(self.items):
            routers += item[flow_choice(self.seed, f'{self.name}.{index}', probe, len(item))] if isinstance(item, list) else [item]
        places = [Place(router) for router in routers]
        loop = self.rules.get('loop')
        if loop:
            round_trip = routers[-loop['last']:]
            places += [Place(round_trip[turn % len(round_trip)], loop['step_ms'] * (turn + 1)) for turn in range(MAX_TTL - len(places))]
        return places


class PathHost(Host):
    """
    A host with a path. What is drawn depends on (seed, destination, protocol, TTL, m): the m-th probe of that protocol and TTL to this host, so that
    it does not matter how several tools interleave. A TCP SYN that the kernel repeats is drawn for, and marked, apart.
    """

    def __init__(self, address: str, rules: dict, seed: int):
        super().__init__(address, rules, seed)
        path = rules['path']
        self.routes = [Route(path, seed, 'path')] + [Route(change, seed, f'change{index}') for index, change in enumerate(path.get('changes', []))]
        self.of_kind = {}
        self.seen = set()
        self.label = ''
        self.repeated = False

    def draw(self, n: int, what: str) -> float:
        return super().draw(self.label, what)

    def name_probe(self, probe: Probe) -> None:
        syn = (probe.ident, probe.seq, probe.transport[4:8], probe.ttl) if probe.protocol == 'tcp' else None
        self.repeated = syn is not None and syn in self.seen
        self.seen.add(syn)
        kind = f'{probe.protocol}/{probe.ttl}{"/again" if self.repeated else ""}'
        self.of_kind[kind] = self.of_kind.get(kind, 0) + 1
        self.label = f'{kind}/{self.of_kind[kind]}'

    def route(self, since_s: float) -> Route:
        """The path as it is now: the last change that has happened."""
        current = self.routes[0]
        for route in self.routes[1:]:
            if self.count >= route.rules.get('at_n', float('inf')) or since_s >= route.rules.get('at_s', float('inf')):
                current = route
        return current

    def answer(self, probe: Probe, now_s: float) -> Plan:
        self.arrived(now_s)
        self.name_probe(probe)
        since_s = now_s - self.first_s
        route = self.route(since_s)
        extra_ms, places = 0.0, route.places(probe)
        for hop, place in enumerate(places, 1):
            if self.hit(0, f'loss{hop}', place.router.rules.get('loss_pct', 0)):
                return Plan('lost', 'random', [], hop)
            extra_ms += place.router.extra_ms(self.count, since_s)
            if hop == probe.ttl:
                return self.expire(probe, hop, place, extra_ms, now_s)
            refused = place.router.refuses(probe)
            if refused:
                return self.refuse(probe, hop, place, refused, extra_ms)
        ttl = self.rules.get('initial_ttl', 64) - route.rules.get('back', len(places))
        base = route.rules.get('rtt_ms', stepped(self.rules.get('rtt_ms', 0), self.rules.get('rtt_steps', []), 'rtt_ms', self.count, since_s))
        return self.at_host(probe, now_s, ttl, base + extra_ms)._replace(hop=len(places) + 1)

    def expire(self, probe: Probe, hop: int, place: Place, extra_ms: float, now_s: float) -> Plan:
        """The TTL is used up at this router."""
        router, rules = place.router, place.router.rules
        if rules.get('silent'):
            return Plan('silent', None, [], hop)
        if router.bucket and not router.bucket.take(now_s):
            return Plan('limited', None, [], hop)
        if self.hit(0, 'own', rules.get('icmp_loss_pct', 0)):
            return Plan('limited', 'random', [], hop)
        return Plan('expired', None, [self.error(probe, hop, place, ('ttl-exceeded', 0), extra_ms)], hop)

    def refuse(self, probe: Probe, hop: int, place: Place, refused: tuple, extra_ms: float) -> Plan:
        """This router does not pass the probe on, and may say why."""
        if refused[0] == 'silent':
            return Plan('filtered', 'too-big' if refused[1] else None, [], hop)
        return Plan('unreachable', refused[0], [self.error(probe, hop, place, refused, extra_ms)], hop)

    def error(self, probe: Probe, hop: int, place: Place, said: tuple, extra_ms: float) -> Send:
        rules, address = place.router.rules, place.router.address(probe)
        rtt_ms = rules['rtt_ms'] + place.extra_ms + extra_ms + self.jitter(rules.get('jitter'))
        ttl = max(1, rules.get('initial_ttl', 255) - rules.get('back', hop - 1))
        heard = probe._replace(raw=as_received(probe.raw, probe.ttl - hop + 1))
        return Send(max(0.0, rtt_ms), error_reply(heard, to_bytes(address), ttl, *said), ttl, address, said[0])

    def jitter(self, jitter: Optional[dict]) -> float:
        return jittered(jitter['shape'], jitter['ms'], self.draw(0, 'jitter'), self.draw(0, 'jitter2')) if jitter else 0.0
