/** A vantage that lacks something: the start page says what, a run says it was not the target, and nothing is sent. */
import { describe, expect, it } from 'vitest'
import { labOrSkip } from '#test/lab/privilege.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStage, setUp } from './stage.ts'
import { ask, eventually, textOf } from './talk.ts'

describe.skipIf(!labOrSkip())('a vantage without', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-without-'))
  const script = join(folder, 'without-ping')
  writeFileSync(script, '#!/bin/sh\nmount --bind /dev/null /usr/bin/ping && exec "$@"\n', { mode: 0o755 })

  it.each([
    ['its program', [script], 'not installed', /ping is not installed.*apt-get install iputils-ping/],
    ['the privilege', ['setpriv', '--bounding-set=-net_raw', '--'], 'needs a privilege', /the kernel denied it.*(NET_RAW|ping_group_range)/],
  ] as const)('%s', async (_, wrap, state, words) => {
    const stage = await openStage({ port: 4215, wrap })
    try {
      await setUp(stage)
      const { page } = stage.admin
      const rail = page.getByRole('complementary', { name: 'This vantage' })
      await eventually(() => textOf(rail)).toMatch(/[0-7] of 8 ready/)
      expect(await textOf(rail)).toMatch(words)
      await page.getByLabel('Target:').fill('calm.internal')
      await eventually(() => textOf(page.getByRole('group', { name: 'Proposed runs' }))).toContain(state)
      await page.getByLabel('Target:').press('Enter')
      const refused = await ask(page, 'session.start', { target: 'calm.internal', runs: [{ tool: 'ping', options: {} }] })
      expect(refused.ok ? '' : `${refused.error.code}: ${refused.error.message}`).toMatch(/^tool-unavailable: .*No packet was sent/)
      expect(await stage.truthOf('203.0.113.18')).toEqual([])
    } finally {
      await stage.close()
      if (state === 'needs a privilege') rmSync(folder, { recursive: true, force: true })
    }
  })
})
