/** The real dig against a name server on loopback, with the very command line that Hopscope uses. */
import { execFile } from 'node:child_process'
import { accessSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digArgs, type DigQuestion } from '#lib/tools/dns/dig/args.ts'
import { DigReader, type DigReply } from '#lib/tools/dns/dig/reader.ts'
import { HOSTILE, startServer } from './server.ts'

const DIG = '/usr/bin/dig'
const hasDig = ((): boolean => {
  try {
    accessSync(DIG)
    return true
  } catch {
    return false
  }
})()

/** What dig prints, read; every line of it must be understood. */
async function ask(question: Partial<DigQuestion> & Pick<DigQuestion, 'port' | 'types'>, names?: readonly string[]): Promise<DigReply[]> {
  const args = digArgs({ server: '127.0.0.1', name: names?.[0] ?? 'ok.example', timeoutMs: 1000, tries: 1, recurse: true, checking: true, tcp: false, ...question })
  for (const name of names?.slice(1) ?? []) args.push('-q', name, '-t', question.types[0] ?? 'A')
  const printed = await new Promise<string>((done, fail) => {
    execFile(DIG, args, { env: { ...process.env, LC_ALL: 'C.UTF-8' }, timeout: 30_000 }, (error, stdout, stderr) => (error?.signal ? fail(error) : done(stdout + stderr)))
  })
  const reader = new DigReader()
  const replies: DigReply[] = []
  const lines = printed.split('\n')
  for (const [at, text] of lines.entries()) {
    const read = reader.line(text, at + 1)
    expect([text, read.understood]).toEqual([text, true])
    expect(read.fatal).toBeUndefined()
    replies.push(...read.replies)
  }
  return [...replies, ...reader.end(lines.length)]
}

const brief = (replies: readonly DigReply[]): string[] =>
  replies.map(({ reply, question }) => `${question ? `${question.name} ${question.type} ` : ''}${reply.status} ${reply.answers.map((record) => record.value).join('|')}`.trim())

describe.skipIf(!hasDig)('dig (NOT RUN where it is not installed)', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  let udpOnly: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    [server, udpOnly] = await Promise.all([startServer(), startServer({ hasTcp: false })])
  })
  afterAll(async () => {
    await Promise.all([server.close(), udpOnly.close()])
  })

  it('asks for every type in one run, and each question has its reply', async () => {
    const replies = await ask({ port: server.port, types: ['A', 'AAAA', 'MX', 'SRV', 'CNAME', 'CAA'] })
    expect(brief(replies)).toEqual(['ok.example A 192.0.2.7', 'ok.example AAAA ::1', 'ok.example MX 10 mx.example', 'ok.example SRV 1 2 443 host.example', 'ok.example CNAME other.example', 'ok.example CAA 0 issue "ca.example"']
      .map((line) => line.replace(/^(\S+ \S+) /, '$1 NOERROR ')))
    expect(replies[0]?.reply).toMatchObject({ server: { address: '127.0.0.1', port: server.port }, transport: 'udp', authoritative: true, flags: ['qr', 'aa', 'rd', 'ra'], truncated: false })
    expect(replies[0]?.reply.queryMs).toBeGreaterThanOrEqual(0)
    expect(replies[0]?.reply.bytes).toBeGreaterThan(12)
  })

  it('flags before the first name hold for every question', async () => {
    const from = server.asked.length
    const replies = await ask({ port: server.port, types: ['A', 'AAAA'], recurse: false, checking: false, tcp: true })
    expect(server.asked.slice(from)).toEqual([1, 28].map((type) => ({ name: 'ok.example', type, recurse: false, checking: false, transport: 'tcp' })))
    expect(replies.map(({ reply }) => [reply.flags, reply.transport])).toEqual([[['qr', 'aa', 'ra', 'cd'], 'tcp'], [['qr', 'aa', 'ra', 'cd'], 'tcp']])
  })

  it('silence, noise and no listener cost a reply each, and the next question is asked all the same', async () => {
    const replies = await ask({ port: server.port, types: ['A'], tries: 2 }, ['drop.example', 'garbage.example', 'ok.example'])
    expect(brief(replies)).toEqual(['TIMEOUT', 'BADREPLY', 'ok.example A NOERROR 192.0.2.7'])
    const at = `127.0.0.1#${server.port}`
    expect(replies.map(({ attempts }) => attempts)).toEqual([[{ server: at, error: 'timeout' }, { server: at, error: 'timeout' }], [], []])
    expect(replies[0]?.reply.text).toBe(`communications error to ${at}: timed out`)
    expect(replies[1]?.reply.text).toMatch(/^Got bad packet: \S/)
  })

  it('nothing listens', async () => {
    const { port, close } = await startServer()
    await close()
    for (const tcp of [false, true]) {
      const replies = await ask({ port, types: ['A', 'MX'], tcp })
      expect(brief(replies)).toEqual(['CONNREFUSED', 'CONNREFUSED'])
      expect(replies[1]).toMatchObject({ reply: { transport: tcp ? 'tcp' : null }, attempts: [{ server: `127.0.0.1#${port}`, error: 'connection-refused' }] })
    }
  })

  it('an answer that was cut is fetched over TCP, or is no answer where TCP is not let through', async () => {
    const [whole] = await ask({ port: server.port, types: ['A'], name: 'cut.example' })
    expect(whole).toMatchObject({ reply: { status: 'NOERROR', transport: 'tcp', truncated: true } })
    const [cut, next] = await ask({ port: udpOnly.port, types: ['A'] }, ['cut.example', 'ok.example'])
    expect(cut).toMatchObject({ reply: { status: 'CONNREFUSED', transport: 'tcp', truncated: true, answers: [] } })
    expect(next).toMatchObject({ reply: { status: 'NOERROR', transport: 'udp', truncated: false } })
  })

  it('SERVFAIL says why; NXDOMAIN, REFUSED, NODATA and a code without a name stay what they are', async () => {
    const replies = await ask({ port: server.port, types: ['MX'] }, ['servfail.example', 'nx.example', 'refused.example', 'nodata.example', 'rc12.example'])
    expect(brief(replies)).toEqual(['servfail.example MX SERVFAIL', 'nx.example MX NXDOMAIN', 'refused.example MX REFUSED', 'nodata.example MX NOERROR', 'rc12.example MX RCODE12'])
    expect(replies[0]?.reply.ede).toEqual([{ code: 9, text: 'DNSKEY Missing: no <b>SEP</b> matching' }])
    expect(replies[1]?.reply.ede).toEqual([])
  })

  it('hostile text arrives as it was sent', async () => {
    const [txt, ptr] = await ask({ port: server.port, types: ['TXT', 'PTR'] })
    expect(txt?.reply.answers[0]).toMatchObject({ strings: [HOSTILE.toString('utf8'), 'two'], value: `${HOSTILE.toString('utf8')}two` })
    expect(ptr?.reply.answers[0]?.value).toBe('we ird(x)\u001b[31m.<b>.example')
  })

  it('a host may be called like a type', async () => {
    expect(brief(await ask({ port: server.port, types: ['A'] }, ['mx', 'any', 'txt']))).toEqual(['mx A NOERROR 192.0.2.7', 'any A NOERROR 192.0.2.7', 'txt A NOERROR 192.0.2.7'])
  })
})
