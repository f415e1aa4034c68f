/** Fetches a file of the API with progress, so that a refusal is a sentence on the page and not a broken file on the disk. */
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import { guestHeaders } from './as-guest.ts'

export interface FetchedFile { blob: Blob; fileName: string }

const BROKEN: Problem = { code: 'internal', message: 'The download broke off. Nothing was saved. Check the connection to the console and try again.' }

/** `onBytes` gets what has arrived so far. Rejects only when `signal` aborted it. */
export async function fetchFile(url: string, { signal, onBytes }: { signal: AbortSignal; onBytes: (bytes: number) => void }): Promise<Result<FetchedFile>> {
  try {
    const response = await fetch(url, { signal, credentials: 'same-origin', cache: 'no-store', headers: guestHeaders() })
    const type = response.headers.get('content-type') ?? ''
    const name = fileNameIn(response.headers.get('content-disposition'))
    if (!response.ok || name === null || response.body === null) return fail(problemIn(await response.text()))
    const parts: BlobPart[] = []
    let received = 0
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read()
      if (done) break
      parts.push(value)
      received += value.byteLength
      onBytes(received)
    }
    return ok({ blob: new Blob(parts, { type }), fileName: name })
  } catch (cause) {
    if (signal.aborted) throw cause
    return fail(BROKEN)
  }
}

/** Our own server names its files with letters, digits, dots and dashes. */
export function fileNameIn(disposition: string | null): string | null {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? null
}

function problemIn(text: string): Problem {
  try {
    const answer = JSON.parse(text) as { error?: Problem }
    return answer.error ?? BROKEN
  } catch {
    return BROKEN
  }
}

/** Hands a fetched file to the browser's own "save". */
export function saveFile({ blob, fileName }: FetchedFile): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = fileName
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
