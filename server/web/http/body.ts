/** Reads a small JSON body: size-capped, content type checked, never throws. */
import type { IncomingMessage } from 'node:http'
import { fail, ok, type Result } from '#lib/protocol/result.ts'

/** Largest request body in bytes. */
export const BODY_MAX = 64 * 1024

/** Text in here is what curl -d '' sends; it means "no fields". */
export async function readJson(request: IncomingMessage): Promise<Result<unknown>> {
  if (!isJson(request.headers['content-type'])) {
    return fail({ code: 'invalid', message: 'The body must be JSON: send the header Content-Type: application/json.' })
  }
  const text = await readText(request)
  if (text === null) return fail({ code: 'invalid', message: `The body is longer than ${BODY_MAX / 1024} KiB, or was cut off.` })
  if (text.trim() === '') return ok({})
  try {
    return ok(JSON.parse(text))
  } catch {
    return fail({ code: 'invalid', message: 'The body is not valid JSON.' })
  }
}

function isJson(header: string | undefined): boolean {
  return /^application\/json(?:\s*;\s*charset=utf-8)?$/i.test(header ?? '')
}

function readText(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const finish = (text: string | null): void => {
      request.removeAllListeners('data')
      resolve(text)
    }
    if (Number(request.headers['content-length'] ?? 0) > BODY_MAX) return finish(null)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > BODY_MAX) return finish(null)
      chunks.push(chunk)
    })
    request.on('end', () => finish(Buffer.concat(chunks).toString('utf8')))
    request.on('error', () => finish(null))
    request.on('close', () => finish(null))
  })
}
