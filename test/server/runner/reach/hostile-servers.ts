/** Servers that do what they should not, on loopback. Each takes whatever comes, and never throws. */
import { createServer as createHttps } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTls, type Server as TlsServer, type TlsOptions } from 'node:tls'
import { onTestFinished } from 'vitest'

/** Every connection gets its words once it said something; `greet`: at once. */
export function talker(say: (peer: Socket) => void, options: { greet?: boolean } = {}): Server {
  const open = new Set<Socket>()
  const server = createServer((peer) => {
    open.add(peer)
    peer.on('error', () => undefined).on('close', () => open.delete(peer))
    if (options.greet) say(peer)
    else peer.once('data', () => say(peer))
    peer.resume()
  })
  onTestFinished(() => { for (const peer of open) peer.destroy() })
  return server
}

/** The same over TLS. */
export function tlsTalker(site: TlsOptions, say: (peer: Socket) => void): TlsServer {
  const open = new Set<Socket>()
  const server = createTls(site, (peer) => { peer.on('error', () => undefined).once('data', () => say(peer)) })
  server.on('tlsClientError', () => undefined).on('connection', (peer: Socket) => {
    open.add(peer)
    peer.on('error', () => undefined).on('close', () => open.delete(peer))
  })
  onTestFinished(() => { for (const peer of open) peer.destroy() })
  return server
}

/** A page that tells what it was asked. */
export function page(site: TlsOptions, seen: string[], answer: { status?: number; headers?: Record<string, string> } = {}): Server {
  return createHttps(site, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers['content-length'] ?? 'no length'} ${request.headers['user-agent']} ${request.httpVersion}`)
    response.writeHead(answer.status ?? 200, { server: 'test', ...answer.headers }).end('body')
  })
}

/** Writes for as long as it may. */
export function endlessly(peer: Socket, piece: string): void {
  const more = (): void => {
    while (peer.writable && peer.write(piece)) { /* until its buffer is full */ }
  }
  peer.on('drain', more)
  more()
}

/** A byte now and then, for ever. */
export function drip(peer: Socket, text: string, everyMs: number): void {
  let at = 0
  const timer = setInterval(() => { peer.write(text[at++ % text.length] ?? 'x') }, everyMs)
  peer.on('close', () => clearInterval(timer))
}
