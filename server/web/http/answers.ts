/** Writes answers: JSON results with their status, files as streams, redirects. Everything here is data, so nothing is ever cached. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Problem, Result } from '#lib/protocol/result.ts'
import type { Download } from '../exports/download.ts'
import { STATUS } from './status.ts'

/** Writes a Result as JSON. `status` is that of success. */
export function sendResult(response: ServerResponse, result: Result<unknown>, status = 200): void {
  sendJson(response, result.ok ? status : STATUS[result.error.code], result)
}

/** For refusals that happen before any route is known (Host, method): the status is given. */
export function sendProblem(response: ServerResponse, status: number, error: Problem): void {
  sendJson(response, status, { ok: false, error })
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const retry = retryAfter(value)
  if (retry !== null) response.setHeader('Retry-After', String(retry))
  sendText(response, { status, contentType: 'application/json; charset=utf-8', text: JSON.stringify(value) })
}

export function sendText(response: ServerResponse, { status, contentType, text }: { status: number; contentType: string; text: string }): void {
  response.statusCode = status
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Type', contentType)
  response.setHeader('Content-Length', Buffer.byteLength(text))
  response.end(text)
}

export function redirect(response: ServerResponse, location: string): void {
  response.statusCode = 303
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Location', location)
  response.end()
}

/** Streams with backpressure; a failure in the middle cuts the connection, so a short file is never taken for a whole one. */
export async function sendDownload(response: ServerResponse, download: Download): Promise<void> {
  response.statusCode = 200
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Type', download.contentType)
  response.setHeader('Content-Disposition', `attachment; filename="${download.fileName}"`)
  await pipeline(Readable.from(download.body), response)
}

function retryAfter(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('error' in value)) return null
  const { error } = value
  const seconds: unknown = typeof error === 'object' && error !== null && 'retryAfterS' in error ? error.retryAfterS : null
  return typeof seconds === 'number' ? Math.ceil(seconds) : null
}
