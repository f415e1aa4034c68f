/** A make-believe path that answers each step of a sweep in ping's own words, as iputils 20221126 prints them. */
import type { Observed } from '#lib/protocol/events.ts'
import { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { PMTU, type PmtuOptions } from '#lib/tools/pmtu/options.ts'
import { pmtu } from '#lib/tools/pmtu/index.ts'
import type { ParserContext } from '#lib/tools/tool.ts'

export const RUN = RunId.parse('AAAAAAAAAAAAAAAA')
export const NOW = 1_795_346_700_000

export function contextOf(some: Partial<PmtuOptions> = {}, address = '192.0.2.9'): ParserContext<PmtuOptions> {
  const options = PMTU.decode(some)
  if (!options.ok) throw new Error(options.error.message)
  return { runId: RUN, target: { host: 'target.example', address, family: address.includes(':') ? 6 : 4, addresses: [address] }, options: options.value }
}

/** What the path does with one packet of this whole size. */
export type Fate = 'reply' | 'lost' | { tooBig: number; from: string } | { local: number } | { error: string; from: string }
export type Path = (packetBytes: number, seq: number) => Fate

export interface Swept { events: Observed[]; sizes: number[]; outcome: Outcome; transcript: string }

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Runs the whole sweep as the runner does: bytes of a step, its end, the command of the next one, until there is none. */
export function sweep(path: Path, context = contextOf(), cut: (bytes: Uint8Array) => Uint8Array[] = (bytes) => [bytes]): Swept {
  const parser = pmtu.parser(context)
  const events: Observed[] = []
  const sizes: number[] = []
  let transcript = ''
  let nowMs = NOW
  const push = (text: string): void => {
    transcript += text
    for (const piece of cut(bytesOf(text))) events.push(...parser.push(piece, nowMs))
  }
  let args: string[] | null = pmtu.argv(context.options, context.target)
  let code = 0
  while (args) {
    if (sizes.length > 40) throw new Error('the sweep does not end')
    const size = Number(args[args.indexOf('-s') + 1]) + (context.target.family === 4 ? 28 : 48)
    sizes.push(size)
    const said = pingSays(path, size, context)
    push(said.text.replaceAll('\n', '\r\n'))
    code = said.code
    nowMs += 1000
    const step = parser.next?.({ code, signal: null }, nowMs) ?? null
    args = step === null ? null : [...step.args]
    if (step) push(`$ /usr/bin/${step.binary} ${step.args.join(' ')}\n`)
  }
  const outcome = parser.verdict({ code, signal: null })
  events.push(...parser.end(nowMs))
  return { events, sizes, outcome, transcript }
}

function pingSays(path: Path, size: number, { target, options }: ParserContext<PmtuOptions>): { text: string; code: number } {
  const headers = target.family === 4 ? 28 : 48
  const lines = [target.family === 4 ? `PING ${target.address} (${target.address}) ${size - headers}(${size}) bytes of data.` : `PING ${target.address}(${target.address}) ${size - headers} data bytes`]
  let received = 0
  let errors = 0
  for (let seq = 1; seq <= options.probes; seq++) {
    const stamp = `[1795365708.25421${seq}]`
    const fate = path(size, seq)
    if (fate === 'reply') {
      received++
      lines.push(`${stamp} ${size - headers + 8} bytes from ${target.address}: icmp_seq=${seq} ttl=63 time=${seq}.25 ms`)
    } else if (fate !== 'lost') {
      errors++
      if ('tooBig' in fate) lines.push(`${stamp} From ${fate.from} icmp_seq=${seq} ${target.family === 4 ? `Frag needed and DF set (mtu = ${fate.tooBig})` : `Packet too big: mtu=${fate.tooBig}`}`)
      else if ('local' in fate) lines.push(`ping: local error: message too long, mtu${target.family === 4 ? '=' : ': '}${fate.local}`)
      else lines.push(`${stamp} From ${fate.from} icmp_seq=${seq} ${fate.error}`)
    }
  }
  lines.push('', `--- ${target.address} ping statistics ---`)
  const share = `${Math.round((1 - received / options.probes) * 100)}% packet loss, time 405ms`
  lines.push(`${options.probes} packets transmitted, ${received} received, ${errors > 0 ? `+${errors} errors, ` : ''}${share}`)
  lines.push(received > 0 ? 'rtt min/avg/max/mdev = 1.250/2.250/3.250/0.800 ms' : '')
  return { text: `${lines.join('\n')}\n`, code: received > 0 ? 0 : 1 }
}

/** A path of this MTU whose routers say so; the vantage's kernel remembers their word and refuses from then on. */
export function told(mtu: number, from = '192.0.2.1'): Path {
  let isKnown = false
  return (size) => {
    if (size <= mtu) return 'reply'
    if (isKnown) return { local: mtu }
    isKnown = true
    return { tooBig: mtu, from }
  }
}

/** A path of this MTU beyond which packets vanish. */
export const hole = (mtu: number): Path => (size) => (size <= mtu ? 'reply' : 'lost')
