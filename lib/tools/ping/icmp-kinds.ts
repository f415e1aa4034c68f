/** ICMP error kinds, in the words of RFC 792 / RFC 4443. Same words as the parser fixtures. */
export const ICMP_ERROR_KINDS = [
  'net-unreachable', 'host-unreachable', 'protocol-unreachable', 'port-unreachable', 'frag-needed', 'source-route-failed',
  'net-unknown', 'host-unknown', 'host-isolated', 'net-prohibited', 'host-prohibited', 'net-unreachable-tos',
  'host-unreachable-tos', 'admin-prohibited', 'precedence-violation', 'precedence-cutoff', 'source-quench', 'redirect-net',
  'redirect-host', 'ttl-exceeded', 'reassembly-exceeded', 'no-route', 'beyond-scope', 'address-unreachable',
  'packet-too-big', 'parameter-problem', 'unreachable-other',
] as const
