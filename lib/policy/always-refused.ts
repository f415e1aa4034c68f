/** Addresses that no setting can open (S30), as data: each row is one numbered rule. */

export interface RefusedRow { ranges: readonly string[]; reason: string; /** IPv6 ranges that carry an IPv4 address. */ wraps?: true }

export const ALWAYS_REFUSED: readonly RefusedRow[] = [
  {
    ranges: [
      '169.254.169.254', '169.254.169.253', '169.254.170.2', '169.254.170.23', '100.100.100.200', '168.63.129.16', '192.0.0.192',
      'fd00:ec2::254', 'fd00:ec2::253', 'fd00:ec2::23', 'fd20:ce::254',
    ],
    reason: 'cloud metadata addresses hand out credentials',
  },
  { ranges: ['169.254.0.0/16'], reason: 'IPv4 link-local addresses belong to one link only, and clouds keep their metadata services there' },
  { ranges: ['0.0.0.0/8', '::'], reason: 'these mean "this host" or nothing at all, so programs disagree on where a packet would go' },
  { ranges: ['224.0.0.0/4', 'ff00::/8'], reason: 'multicast reaches many hosts at once' },
  { ranges: ['240.0.0.0/4'], reason: 'reserved and broadcast addresses are no single host' },
  { ranges: ['2002::/16'], wraps: true, reason: '6to4 addresses lead to the IPv4 address inside them' },
  { ranges: ['2001::/32'], wraps: true, reason: 'Teredo addresses lead to the IPv4 address inside them' },
  { ranges: ['64:ff9b::/96', '64:ff9b:1::/48'], wraps: true, reason: 'NAT64 addresses lead to the IPv4 address inside them' },
  { ranges: ['::ffff:0:0:0/96', '::/96'], wraps: true, reason: 'IPv4-translated and IPv4-compatible addresses lead to the IPv4 address inside them' },
  { ranges: ['100::/64'], reason: 'this prefix exists to throw packets away' },
]
