/** What a page's own scripts weigh, read from the production build: the files its first answer names, gzipped. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'

export const SESSION_PAGE = '/s/[id]/[[...view]]/page'

export interface FirstLoad {
  /** Kilobytes (1000 bytes) of gzipped scripts of the page, those of Next and React included. */
  pageKb: number
  /** Of these, what every page of Next and React loads. */
  frameworkKb: number
}

/** Null without a production build. */
export function firstLoad(root: string, page = SESSION_PAGE): FirstLoad | null {
  const build = join(root, '.next')
  if (!existsSync(join(build, 'BUILD_ID'))) return null
  const main = mainFiles(build)
  const kb = (files: ReadonlySet<string>): number => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(build, file))).length, 0) / 1000
  return { pageKb: kb(new Set([...main, ...entryFiles(build, page)])), frameworkKb: kb(new Set(main)) }
}

/** Guarantee: the two manifests have had this form since the App Router exists; anything else fails in the test that reads them. */
const mainFiles = (build: string): string[] =>
  (JSON.parse(readFileSync(join(build, 'build-manifest.json'), 'utf8')) as { rootMainFiles: string[] }).rootMainFiles

function entryFiles(build: string, page: string): string[] {
  const scope: { globalThis: { __RSC_MANIFEST?: Record<string, { entryJSFiles: Record<string, string[]> }> } } = { globalThis: {} }
  runInNewContext(readFileSync(join(build, `server/app${page}_client-reference-manifest.js`), 'utf8'), scope)
  return Object.values(scope.globalThis.__RSC_MANIFEST ?? {}).flatMap((entry) => Object.values(entry.entryJSFiles).flat())
}

/** Gzipped kilobytes of socket.io-client as published for browsers: with the framework, the least that a live page could weigh. */
export const socketClientKb = (root: string): number => gzipSync(readFileSync(join(root, 'node_modules/socket.io-client/dist/socket.io.esm.min.js'))).length / 1000
