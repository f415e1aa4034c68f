/** Starts the probe as the runner does, and reads its lines back. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import type { TcpLine } from '#lib/tools/reach/lines.ts'
import { RecordReader, type HttpRecord, type ProbeRecord, type TlsRecord } from '#lib/tools/reach/records.ts'

export const PROBE = fileURLToPath(new URL('../../../../server/runner/reach/probe.mjs', import.meta.url))

export interface Ended { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }
export interface ProbeRun { child: ChildProcess; stdout: () => string; ended: Promise<Ended> }
/** `env` is all that it gets beside a PATH. `wrap`: what starts it. */
export interface ProbeOptions { env?: Record<string, string>; wrap?: readonly string[] }

/** Ends with its test. */
export function startProbe(args: readonly string[], { env = {}, wrap = [] }: ProbeOptions = {}): ProbeRun {
  const [file = process.execPath, ...rest] = [...wrap, process.execPath, PROBE, ...args]
  const child = spawn(file, rest, { env: asEnvironment({ PATH: '/usr/bin:/bin:/usr/sbin:/sbin', ...env }), stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => { child.kill('SIGKILL') })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('latin1').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('latin1').on('data', (text: string) => { stderr += text })
  const ended = new Promise<Ended>((resolve, reject) => child.once('error', reject).once('close', (code, signal) => resolve({ code, signal, stdout, stderr })))
  return { child, stdout: () => stdout, ended }
}

export interface Read { code: number | null; stdout: string; stderr: string; tcp: TcpLine[]; tls: TlsRecord[]; http: HttpRecord[] }

/** Next wants NODE_ENV in every environment; a program that is started needs none. */
const asEnvironment = (env: Record<string, string>): NodeJS.ProcessEnv => env as NodeJS.ProcessEnv

/** To its end. Every line must be one that the reader knows, and in ASCII, and no longer than it keeps. */
export async function runProbe(args: readonly string[], options?: ProbeOptions): Promise<Read> {
  const { code, stdout, stderr } = await startProbe(args, options).ended
  const records = recordsOf(stdout)
  return {
    code, stdout, stderr,
    tcp: records.filter((one) => one.kind === 'tcp'), tls: records.filter((one) => one.kind === 'tls'), http: records.filter((one) => one.kind === 'http'),
  }
}

export function recordsOf(stdout: string): ProbeRecord[] {
  expect(stdout).toMatch(/^[ -~\n]*$/)
  const reader = new RecordReader()
  return stdout.split('\n').slice(0, -1).map((line) => {
    expect(line.length).toBeLessThanOrEqual(4096)
    return reader.read(line) ?? expect.fail(`unknown line: ${line.slice(0, 300)}`)
  })
}

/** Port of a server that listens and ends with the test. */
export async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => { server.close() })
  return (server.address() as AddressInfo).port
}

/** A port where nobody listens. */
export async function closedPort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
