/** The packed page of the log is the JSON page in another form, for everybody who may read it and no more than that. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventsPage } from '#lib/protocol/api.ts'
import { decodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import { startTestWeb, valueOf, type TestWeb } from '../helpers.ts'
import { FULL, makeWorld, share } from '../worlds.ts'

let site: TestWeb
beforeAll(async () => { site = await startTestWeb() })
afterAll(async () => { await site.close() })

const read = async (cookie: string, path: string, packed: boolean): Promise<EventsPage> =>
  valueOf(await site.call<EventsPage>('GET', `${path}?after=0&limit=1000${packed ? '&packed=true' : ''}`, { cookie }))
const unpacked = (page: EventsPage): SessionEvent[] => (page.packed ?? []).flatMap((text) => decodeEvents(Buffer.from(text, 'base64')))

test('a person, a guest, a guest who sees pseudonyms and one whose link is frozen read the same either way', async () => {
  const world = await makeWorld(site)
  const path = `/api/v1/sessions/${world.sessionId}/events`
  const plain = await share(site, world)
  const hidden = await share(site, world, { ...FULL, hidePrivate: true, transcript: false })
  const frozen = await share(site, world, { ...FULL, time: { mode: 'frozen', untilSeq: 3 } })
  for (const { cookie } of [world.owner, plain, hidden, frozen]) {
    const json = await read(cookie, path, false)
    const packed = await read(cookie, path, true)
    expect(json.events.length).toBeGreaterThan(2)
    expect(packed.events).toEqual([])
    expect(packed.headSeq).toBe(json.headSeq)
    expect(unpacked(packed)).toEqual(json.events)
  }
  const address = '10.0.0.5'
  expect(JSON.stringify(unpacked(await read(world.owner.cookie, path, true)))).toContain(address)
  expect(JSON.stringify(unpacked(await read(hidden.cookie, path, true)))).not.toContain(address)
  expect(unpacked(await read(frozen.cookie, path, true)).at(-1)?.seq).toBe(3)
})
