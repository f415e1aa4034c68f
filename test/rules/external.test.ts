/** The page asks nobody but its own server for anything (S11), and no link is made of what the network said (S12, S13). */
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
/** Names of XML vocabularies: never fetched. */
const VOCABULARIES = /^https?:\/\/www\.w3\.org\//

function filesIn(folder: string): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|css|svg|webmanifest|json)$/.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') }))
}
const files = ['app', 'public'].flatMap(filesIn)
const loaded = /(?:\bsrc=|\bhref=|url\(|\bimport\(|@import|\bfetch\(|new (?:WebSocket|EventSource)\()\s*\{?\s*['"`]?\s*((?:https?:|wss?:)?\/\/[^\s'"`)]+)/g

test('the scan sees the page', () => {
  expect(files.length).toBeGreaterThan(50)
  expect([...'<img src="//evil.example/x">'.matchAll(loaded)]).toHaveLength(1)
})

test('nothing is loaded from another site', () => {
  const wrong = files.flatMap(({ path, text }) => [...text.matchAll(loaded)].map((match) => match[1] ?? '').filter((url) => !VOCABULARIES.test(url)).map((url) => `${path}: ${url}`))
  expect(wrong).toEqual([])
})

test('every link leads to an address that is written down in the page or built from an id', () => {
  const targets = files.flatMap(({ path, text }) => [...text.matchAll(/\bhref=\{([^}]*(?:\$\{[^}]*\}[^}]*)*)\}/g)].map((match) => ({ path, code: match[1] ?? '' })))
  const wrong = targets.filter(({ code }) => /\b(?:text|line|target|address|from|message|quote|title|remedy)\b/.test(code))
  expect(targets.length).toBeGreaterThan(5)
  expect(wrong).toEqual([])
})
