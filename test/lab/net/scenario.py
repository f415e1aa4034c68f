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
        for index, step in enumerate(host.get(name, [])):
            if ('at_n' in step) == ('at_s' in step):
                raise ScenarioError(f'{place}.{name}[{index}] needs either at_n or at_s')


SCENARIO = record({'about': text, 'seed': integer(0, 2**53), 'hosts': hosts}, {})


def load(path: str) -> dict:
    """Reads a scenario file. Addresses it does not name stay silent."""
    with open(path, encoding='utf-8') as file:
        return SCENARIO(json.load(file), 'scenario')
