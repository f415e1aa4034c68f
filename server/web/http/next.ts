/** Next as one part of our own server: it draws pages and serves built files, and never owns a socket of ours (pitfall N1). */
import type { Server } from 'node:http'
import type { Config } from '../../config.ts'
import { quietServer } from '../gateway/upgrades.ts'
import type { Draw } from './pages.ts'

export interface Pages {
  draw: Draw
  /** Hot-reload upgrades in development go here; null in production, where every upgrade but ours is destroyed. */
  development: Server | null
  close(): Promise<void>
}

/** Rejects when there is no build. `dir`: the project's root. */
export async function createPages(config: Pick<Config, 'dev' | 'host' | 'port'>, dir: string): Promise<Pages> {
  const { default: next } = await import('next')
  // Next hooks `upgrade` on the server it is given; a quiet one keeps it off ours.
  const bus = quietServer()
  const app = next({ dev: config.dev, hostname: config.host, port: config.port, dir, httpServer: bus })
  await app.prepare()
  const handle = app.getRequestHandler()
  return { draw: (request, response) => handle(request, response), development: config.dev ? bus : null, close: () => app.close() }
}
