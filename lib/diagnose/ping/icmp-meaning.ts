/** What each ICMP error means and what to do, as data (RFC 792, 1122, 1812, 4443). */
import type { IcmpErrorKind } from '#lib/tools/ping/events.ts'

interface Meaning { says: string; meaning: string; next: string }

const FILTER: Pick<Meaning, 'meaning' | 'next'> = {
  meaning: 'A filter on the way refuses the probes on purpose. Other traffic may be allowed.',
  next: 'Ask whoever runs that device whether the rule is meant for this traffic, and check the TCP port you really need.',
}
const ROUTING: Pick<Meaning, 'meaning' | 'next'> = {
  meaning: 'A router on the way has no path to the target at the moment.',
  next: 'Send the router’s address and the time to its operator.',
}
const LAST_HOP: Pick<Meaning, 'meaning' | 'next'> = {
  meaning: 'The packets reach the last network, but nobody there answers for the address: the host is off, or the address is not in use.',
  next: 'Check that the host is up and that the address is right.',
}
const TOS: Pick<Meaning, 'meaning' | 'next'> = { meaning: 'The network refuses this class of service.', next: 'Check the DSCP marking rules on the way.' }

export const ICMP_MEANING: Record<IcmpErrorKind, Meaning> = {
  'net-unreachable': { says: 'network unreachable', ...ROUTING },
  'host-unreachable': { says: 'host unreachable', ...LAST_HOP },
  'protocol-unreachable': { says: 'protocol unreachable', meaning: 'The host is up and does not speak ICMP echo.', next: 'Check a TCP port instead.' },
  'port-unreachable': { says: 'port unreachable', meaning: 'The host or a filter in front of it rejects the probes. Something there is up.', next: 'Check the TCP port you need; look for a reject rule.' },
  'frag-needed': { says: 'fragmentation needed', meaning: 'The packet is larger than the next link carries.', next: 'Use a smaller payload.' },
  'source-route-failed': { says: 'source route failed', meaning: 'A router refuses source-routed packets.', next: 'Do not use source routing.' },
  'net-unknown': { says: 'network unknown', ...ROUTING },
  'host-unknown': { says: 'host unknown', ...LAST_HOP },
  'host-isolated': { says: 'host isolated', ...LAST_HOP },
  'net-prohibited': { says: 'network prohibited', ...FILTER },
  'host-prohibited': { says: 'host prohibited', ...FILTER },
  'net-unreachable-tos': { says: 'network unreachable for this type of service', ...TOS },
  'host-unreachable-tos': { says: 'host unreachable for this type of service', ...TOS },
  'admin-prohibited': { says: 'communication administratively prohibited', ...FILTER },
  'precedence-violation': { says: 'precedence violation', ...TOS },
  'precedence-cutoff': { says: 'precedence cut-off', ...TOS },
  'source-quench': { says: 'source quench', meaning: 'An old way to ask for less traffic; deprecated by RFC 6633 and ignored.', next: 'Nothing has to be done.' },
  'redirect-net': { says: 'use another gateway for that network', meaning: 'A router knows a better first hop.', next: 'Correct the route on the vantage if this is not wanted.' },
  'redirect-host': { says: 'use another gateway for that host', meaning: 'A router knows a better first hop.', next: 'Correct the route on the vantage if this is not wanted.' },
  'ttl-exceeded': { says: 'time to live exceeded', meaning: 'The packet visited more routers than its TTL allows.', next: 'Trace the path and look for repeating addresses.' },
  'reassembly-exceeded': { says: 'fragment reassembly time exceeded', meaning: 'Fragments of the probe were lost on the way.', next: 'Use a payload that fits one packet.' },
  'no-route': { says: 'no route to destination', ...ROUTING },
  'beyond-scope': { says: 'beyond scope of the source address', meaning: 'A link-local source cannot reach that network.', next: 'Give the vantage a global or unique-local IPv6 address.' },
  'address-unreachable': { says: 'address unreachable', ...LAST_HOP },
  'packet-too-big': { says: 'packet too big', meaning: 'The packet is larger than the next link carries.', next: 'Use a smaller payload.' },
  'parameter-problem': { says: 'parameter problem', meaning: 'A router could not read the header of the probe.', next: 'Capture the probe and its answer.' },
  'unreachable-other': { says: 'unreachable (code not assigned)', meaning: 'The code is not one of the standard ones.', next: 'Capture the answer to read the code.' },
}
