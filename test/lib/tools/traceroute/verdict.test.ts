/** How a traceroute's end is put in words, and who is to blame. */
import { describe, expect, it } from 'vitest'
import { tracerouteParser } from '#lib/tools/traceroute/parse.ts'
import { bytesOf, contextOf, NOW } from './context.ts'

const verdict = (text: string, code: number | null, signal: string | null = null, address = '203.0.113.9') => {
  const parser = tracerouteParser(contextOf(address))
  parser.push(bytesOf(text), NOW)
  parser.end(NOW)
  return parser.verdict({ code, signal })
}

const HEADER = 'traceroute to 203.0.113.9 (203.0.113.9), 30 hops max, 60 byte packets\n'
const ONE = ' 1  198.51.100.1  1.0 ms  1.1 ms\n'

describe('the verdict', () => {
  it.each([
    ['reached', `${HEADER}${ONE} 2  203.0.113.9  2.0 ms *\n`, 'traceroute reached 203.0.113.9 at hop 2.'],
    ['reached over paths of different length', `${HEADER}${ONE} 2  203.0.113.9  2.0 ms 198.51.100.2  2.0 ms\n 3  203.0.113.9  2.0 ms\n`, 'traceroute reached 203.0.113.9 at hop 2.'],
    ['silence behind the last answer', `${HEADER}${ONE} 2  * *\n 3  * *\n`, 'traceroute did not reach 203.0.113.9 in 3 hops; the last answer came from 198.51.100.1 at hop 1. Silence beyond it is no proof that target.example is down: routers and firewalls may drop such probes, so try another protocol or a TCP port.'],
    ['the last hop answered, but is not the target', `${HEADER}${ONE}`, 'traceroute did not reach 203.0.113.9 in 1 hop; 198.51.100.1 still answered at the last one. Allow more hops to see further.'],
    ['nothing answered', `${HEADER} 1  * *\n 2  * *\n`, 'traceroute did not reach 203.0.113.9 in 2 hops: nothing answered. Silence is no proof that anything is down: routers and firewalls may drop such probes, so try another protocol or a TCP port.'],
    ['a router refused', `${HEADER}${ONE} 2  198.51.100.2  2.0 ms !X  2.1 ms !X\n`, 'traceroute ended at hop 2: 198.51.100.2 answered that the probes go no further (administratively prohibited, flag X). Look at that router, or ask whoever runs it.'],
    ['a code without a name', `${HEADER}${ONE} 2  198.51.100.2  2.0 ms !<99>\n`, 'traceroute ended at hop 2: 198.51.100.2 answered that the probes go no further (flag <99>). Look at that router, or ask whoever runs it.'],
    ['the vantage’s own kernel may have said it', `${HEADER} 1  192.0.2.1  3056.3 ms !H  3056.2 ms !H\n`, "traceroute ended at hop 1: 192.0.2.1 answered that the probes go no further (host unreachable, flag H). If that is the vantage's own address, its next hop does not answer: look at `ip route get 203.0.113.9` and `ip neigh` there."],
    ['the target refused', `${HEADER}${ONE} 2  203.0.113.9  2.0 ms !X\n`, 'traceroute reached 203.0.113.9 at hop 2, which refused the probes (administratively prohibited, flag X).'],
    ['no hop', HEADER, 'traceroute ended without printing a hop.'],
  ])('%s', (_name, text, message) => expect(verdict(text, 0)).toEqual({ kind: 'finished', code: 'exit', message, exitCode: 0 }))

  it.each([
    ['no route', `${HEADER}\nconnect: Network is unreachable\n`, 1, 'no-route', 'path', 'ip route get 203.0.113.9'],
    ['a prohibit route', `${HEADER}\nconnect: Permission denied\n`, 1, 'permission', 'tool', 'prohibit'],
    ['a firewall of the vantage', `${HEADER}\nsend: Operation not permitted\n`, 1, 'permission', 'tool', 'says nothing about the target'],
    ['a missing right', 'You do not have enough privileges to use this traceroute method.\nsocket: Operation not permitted\n', 1, 'permission', 'tool', 'CAP_NET_RAW, or trace with UDP'],
    ['bad arguments are ours', 'first hop out of range\n', 2, 'usage', 'hopscope', 'first hop out of range'],
    ['an unknown name', 'x.invalid: Name or service not known\nCannot handle "host" cmdline arg `x.invalid\' on position 1 (argc 2)\n', 2, 'unknown-host', 'resolver', 'not known'],
    ['DNS without an answer', 'x.invalid: Temporary failure in name resolution\n', 2, 'dns-temporary', 'resolver', 'try again'],
    ['no such family', 'socket: Address family not supported by protocol\n', 1, 'address-family', 'tool', 'IPv4'],
    ['no such interface', 'setsockopt SO_BINDTODEVICE: No such device\n', 1, 'no-interface', 'tool', 'interface'],
    ['another system call', `${HEADER}\nsetsockopt IP_TTL: Invalid argument\n`, 1, 'other', 'tool', 'Invalid argument'],
    ['unknown words', 'the moon is in the way\n', 3, 'exit', 'tool', 'the moon is in the way'],
    ['no words', '', 127, 'exit', 'tool', '127'],
  ])('%s', (_name, text, code, word, blame, part) => {
    const outcome = verdict(text, code)
    expect(outcome).toMatchObject({ kind: 'failed', code: word, blame, exitCode: code })
    expect(outcome.message).toContain(part)
    expect(outcome.message).not.toContain('kept')
  })

  it('a literal address that is "not known" has a zone without an interface', () => {
    expect(verdict('fe80::1%d0: Name or service not known\n', 2, null, 'fe80::1%d0')).toMatchObject({ code: 'no-interface', blame: 'tool' })
  })

  it('what was measured before it broke off is kept, and says so', () => {
    expect(verdict(`${HEADER}${ONE}\nsend: Operation not permitted\n`, 1).message).toMatch(/What was measured until then is kept\.$/)
  })

  it('a signal that nobody here sent', () => {
    expect(verdict(HEADER, null, 'SIGKILL')).toMatchObject({ kind: 'failed', code: 'signal', signal: 'SIGKILL', blame: 'tool' })
  })
})
