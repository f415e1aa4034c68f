"""Scenario files: small JSON, decoded strictly. An unknown word is an error that names its place."""
import json
from typing import Any

from net.packets import ERRORS_V4, ERRORS_V6, family_of, to_bytes

JITTER_SHAPES = ('uniform', 'normal', 'exponential')
CORRUPT_WAYS = ('data', 'checksum')


class ScenarioError(Exception):
    """The scenario says something that the simulator does not know."""


def number(low: float, high: float):
    def check(value: Any, place: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ScenarioError(f'{place} must be a number from {low} to {high}, not {value!r}')
        return value
    return check


def integer(low: int, high: int):
    def check(value: Any, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ScenarioError(f'{place} must be a whole number from {low} to {high}, not {value!r}')
        return value
    return check


def word(*allowed: str):
    def check(value: Any, place: str) -> str:
        if value not in allowed:
            raise ScenarioError(f'{place} must be one of {", ".join(allowed)}, not {value!r}')
        return value
    return check


def boolean(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise ScenarioError(f'{place} must be true or false, not {value!r}')
    return value


def text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise ScenarioError(f'{place} must be a text, not {value!r}')
    return value


def address(value: Any, place: str) -> str:
    try:
        to_bytes(text(value, place))
    except OSError as error:
        raise ScenarioError(f'{place} must be an IP address, not {value!r}') from error
    return value


def listed(item):
    def check(value: Any, place: str) -> list:
        if not isinstance(value, list):
            raise ScenarioError(f'{place} must be a list')
        return [item(one, f'{place}[{index}]') for index, one in enumerate(value)]
    return check


def record(required: dict, optional: dict):
    def check(value: Any, place: str) -> dict:
        if not isinstance(value, dict):
            raise ScenarioError(f'{place} must be an object')
        known = {**required, **optional}
        for key in value:
            if key not in known:
                raise ScenarioError(f'{place} holds the unknown word {key!r}; known are {", ".join(sorted(known))}')
        for key in required:
            if key not in value:
                raise ScenarioError(f'{place} lacks {key!r}')
        return {key: known[key](one, f'{place}.{key}') for key, one in value.items()}
    return check


PCT = number(0, 100)
RTT = number(0, 60_000)
COUNT = integer(1, 1_000_000)
# A change happens at the n-th probe to this host, or so many seconds after the first one.
WHEN = {'at_n': COUNT, 'at_s': number(0, 86_400)}

ROUTER = record({'rtt_ms': RTT}, {
    'address': address,
    'ecmp': listed(address),
    'jitter': record({'shape': word(*JITTER_SHAPES), 'ms': RTT}, {}),
    'loss_pct': PCT,
    'icmp_loss_pct': PCT,
    'limit': record({'per_s': number(0.01, 100_000), 'burst': integer(1, 1000)}, {}),
    'silent': boolean,
    'initial_ttl': integer(1, 255),
    'back': integer(0, 254),
    'delay_steps': listed(record({'extra_ms': RTT}, WHEN)),
    'queue': record({'peak_ms': RTT, 'period_s': number(0.1, 86_400)}, {}),
    'filter': record({'how': text}, {'protocols': listed(word('icmp', 'udp', 'tcp'))}),
    'mtu': integer(68, 65_535),
    'blackhole': boolean,
})
BRANCHES = record({'branches': listed(listed(ROUTER))}, {})


def step(value: Any, place: str) -> dict:
    """One place on a path: a router, or branches of several."""
    return BRANCHES(value, place) if isinstance(value, dict) and 'branches' in value else ROUTER(value, place)


HOST = record({}, {
    'rtt_ms': RTT,
    'jitter': record({'shape': word(*JITTER_SHAPES), 'ms': RTT}, {}),
    'loss_pct': PCT,
    'bursts': listed(record({'from_n': COUNT, 'count': COUNT}, {})),
    'random_bursts': record({'start_pct': PCT, 'length': integer(1, 100)}, {}),
    'duplicates': record({'pct': PCT, 'after_ms': RTT}, {'copies': integer(1, 8)}),
    'reorder': record({'pct': PCT, 'extra_ms': RTT}, {}),
    'late': record({'every': integer(1, 10_000), 'extra_ms': RTT}, {}),
    'rtt_steps': listed(record({'rtt_ms': RTT}, WHEN)),
    'ttl': integer(1, 255),
    'ttl_steps': listed(record({'ttl': integer(1, 255)}, WHEN)),
    'limit': record({'per_s': number(0.01, 100_000), 'burst': integer(1, 1000)}, {}),
    'unreachable': record({'kind': text, 'from': address}, {'pct': PCT, 'mtu': integer(68, 65_535)}),
    'reply_from': record({'address': address}, {'pct': PCT}),
    'corrupt': record({'pct': PCT}, {'how': word(*CORRUPT_WAYS), 'byte': integer(0, 1471)}),
    'silent': boolean,
    'initial_ttl': integer(1, 255),
    'udp': word('unreachable', 'silent'),
    'tcp': record({}, {'open': listed(integer(1, 65_535)), 'closed': word('rst', 'silent')}),
    'path': record({'routers': listed(step)}, {
        'back': integer(0, 254),
        'loop': record({'last': integer(1, 254), 'step_ms': RTT}, {}),
        'changes': listed(record({'routers': listed(step)}, {'rtt_ms': RTT, 'back': integer(0, 254), **WHEN})),
    }),
})


def hosts(value: Any, place: str) -> dict:
    if not isinstance(value, dict):
        raise ScenarioError(f'{place} must be an object of addresses')
    found = {}
    for key, one in value.items():
        name = to_bytes(address(key, f'{place}.{key}'))
        host = HOST(one, f'{place}.{key}')
        check_host(host, family_of(key), f'{place}.{key}')
        found[name] = host
    return found


def check_host(host: dict, family: int, place: str) -> None:
    """What one field cannot know alone: families, and changes that say when."""
    kinds = ERRORS_V4 if family == 4 else ERRORS_V6
    error = host.get('unreachable')
    if error is not None:
        if error['kind'] not in kinds:
            raise ScenarioError(f'{place}.unreachable.kind must be one of {", ".join(kinds)}, not {error["kind"]!r}')
        if family_of(error['from']) != family:
            raise ScenarioError(f'{place}.unreachable.from must be of the family of the host')
    if 'reply_from' in host and family_of(host['reply_from']['address']) != family:
        raise ScenarioError(f'{place}.reply_from.address must be of the family of the host')
    if family == 6 and host.get('corrupt', {}).get('how') == 'checksum':
        raise ScenarioError(f'{place}.corrupt.how: Linux drops ICMPv6 with a wrong checksum before any program sees it; use "data"')
    for name in ('rtt_steps', 'ttl_steps'):
        check_when(host.get(name, []), f'{place}.{name}')
    if 'path' in host:
        check_path(host, family, place)
    elif 'initial_ttl' in host:
        raise ScenarioError(f'{place}.initial_ttl needs a path; without one use ttl, the TTL as it arrives')


def check_when(steps: list, place: str) -> None:
    for index, one in enumerate(steps):
        if ('at_n' in one) == ('at_s' in one):
            raise ScenarioError(f'{place}[{index}] needs either at_n or at_s')


def check_path(host: dict, family: int, place: str) -> None:
    for name in ('ttl', 'ttl_steps', 'random_bursts'):
        if name in host:
            raise ScenarioError(f'{place}.{name} does not go with a path; the TTL of its replies is initial_ttl - back')
    path = host['path']
    changes = path.get('changes', [])
    check_when(changes, f'{place}.path.changes')
    for where, routers in [('path', path['routers']), *((f'path.changes[{index}]', change['routers']) for index, change in enumerate(changes))]:
        flat = [router for item in routers for router in (sum(item['branches'], []) if 'branches' in item else [item])]
        for router in flat:
            check_router(router, family, f'{place}.{where}.routers')
    last = path.get('loop', {}).get('last', 0)
    if last > len(path['routers']) or any('branches' in item for item in path['routers'][len(path['routers']) - last:]):
        raise ScenarioError(f'{place}.path.loop.last counts routers at the end of the path, without branches')


def check_router(router: dict, family: int, place: str) -> None:
    addresses = router.get('ecmp', []) + [router[key] for key in ('address',) if key in router]
    if not addresses or ('ecmp' in router) == ('address' in router):
        raise ScenarioError(f'{place}: a router needs either an address or ecmp, a list of them')
    if any(family_of(one) != family for one in addresses):
        raise ScenarioError(f'{place}: {addresses[0]} must be of the family of the host')
    how = router.get('filter', {}).get('how', 'silent')
    kinds = ('silent', *(ERRORS_V4 if family == 4 else ERRORS_V6))
    if how not in kinds:
        raise ScenarioError(f'{place}: filter.how must be one of {", ".join(kinds)}, not {how!r}')
    if 'blackhole' in router and 'mtu' not in router:
        raise ScenarioError(f'{place}: blackhole needs an mtu')
    check_when(router.get('delay_steps', []), f'{place}.delay_steps')


SCENARIO = record({'about': text, 'seed': integer(0, 2**53), 'hosts': hosts}, {})


def load(path: str) -> dict:
    """Reads a scenario file. Addresses it does not name stay silent."""
    with open(path, encoding='utf-8') as file:
        return SCENARIO(json.load(file), 'scenario')
