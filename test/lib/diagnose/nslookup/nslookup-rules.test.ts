/** nslookup alone tells what one server said; as soon as a names run to the same host did, that run has the say. */
import { describe, expect, test } from 'vitest'
import type { DnsReply } from '#lib/tools/dns/reply.ts'
import type { SessionView } from '#lib/session/view.ts'
import { START_MS } from '#test/lib/session/history.ts'
import { a, NAME, names, NEW, NODATA, NXDOMAIN, OWN, SILENT, status } from '../dns/build.ts'
import { opening, runIdOf, session, type Timed } from '../path-history.ts'
import { ordered, words } from '../verdicts.ts'
import { expectWhole } from '../whole.ts'

function nslookup(replies: readonly DnsReply[], { attempts = 0, ended = true }: { attempts?: number; ended?: boolean } = {}): Timed[] {
  const runId = runIdOf('nslookup')
  return [
    ...opening({ id: 'nslookup', tool: 'nslookup', host: NAME, address: NEW }),
    ...Array.from({ length: attempts }, (_, i): Timed => ({ atMs: START_MS + 100 + i, body: { kind: 'nslookup.attempt', runId, line: i + 1, server: '10.0.0.54', error: 'timeout', text: 'communications error: timed out' } })),
    ...replies.map((reply, i): Timed => ({ atMs: START_MS + 200 + i, body: { kind: 'nslookup.reply', runId, line: 5 + i, name: NAME, type: i === 0 ? 'A' : 'AAAA', serverName: null, reply } })),
    ...(ended ? [{ atMs: START_MS + 2000, body: { kind: 'run.ended', runId, outcome: { kind: 'finished', code: 'exit', message: 'Done.' } } } satisfies Timed] : []),
  ]
}

const CASES: { name: string; view: SessionView; verdict: [string, string]; title: RegExp }[] = [
  { name: 'no such name', view: session(nslookup([NXDOMAIN])), verdict: ['D-NXDOMAIN', 'info'], title: /^www\.example\.test does not exist, says 10\.0\.0\.53\.$/ },
  { name: 'no such record', view: session(nslookup([NODATA, NODATA])), verdict: ['D-NODATA', 'info'], title: /exists and has no such record\.$/ },
  { name: 'SERVFAIL', view: session(nslookup([status('SERVFAIL')])), verdict: ['D-SERVFAIL', 'warn'], title: /^10\.0\.0\.53 cannot find out about/ },
  { name: 'REFUSED', view: session(nslookup([status('REFUSED')])), verdict: ['D-REFUSED', 'warn'], title: /^10\.0\.0\.53 refuses/ },
  { name: 'no reply', view: session(nslookup([SILENT], { attempts: 2 })), verdict: ['D-TIMEOUT', 'warn'], title: /^10\.0\.0\.54 does not answer\.$/ },
]

describe('nslookup alone', () => {
  test.each(CASES)('$name', ({ view, verdict, title }) => {
    expect(ordered(view).map(({ rule, severity }) => [rule, severity]), words(view).join('\n')).toEqual([verdict])
    expect(ordered(view)[0]?.title).toMatch(title)
    for (const finding of view.findings) expectWhole(finding, view)
  })
  test('an answer is no finding, nor is the AAAA that is not there beside it', () => expect(words(session(nslookup([a(NEW), NODATA])))).toEqual([]))
  test('a server that failed before another answered is none', () => expect(words(session(nslookup([a(NEW)], { attempts: 1 })))).toEqual([]))
  test('nothing is said while it goes on', () => expect(words(session(nslookup([NXDOMAIN], { ended: false })))).toEqual([]))
  test('a names run to the same host has the say', () => expect(words(session(nslookup([SILENT]), names({ servers: [OWN], rounds: 1 })))).toEqual([]))
})
