/** Everything a browser test stands on: a simulated network, the product in it as `npm start` runs it, Chromium beside it, and its first account. */
import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { createLab, VANTAGE, type Lab, type LabOptions } from '#test/lab/lab.ts'
import type { TruthProbe } from '#test/lab/truth.ts'
import { picture, startChrome, type Chrome, type Size } from './browser.ts'
import { makeHome, removeHome, startServer, type Server } from './server.ts'

/** Targets in world.json; each does what its name says. */
export const HOSTS = {
  'checkout.internal': '203.0.113.10', 'lossy.internal': '203.0.113.11', 'bursts.internal': '203.0.113.12', 'step.internal': '203.0.113.13', 'ttl.internal': '203.0.113.14',
  'twice.internal': '203.0.113.15', 'closed.internal': '203.0.113.16', 'silent.internal': '203.0.113.17', 'calm.internal': '203.0.113.18', 'db.corp.internal': '10.20.0.10',
  'metadata.internal': '169.254.169.254', 'forbidden.internal': '203.0.113.200',
} as const
const PRIVATE_NET = '10.20.0.0/16'

export const ADMIN = { name: 'olga', display: 'Olga Bauer', password: 'a-good-long-password' } as const

export interface Person { page: Page; faults: string[] }

export interface Stage {
  lab: Lab
  server: Server
  chrome: Chrome
  /** The first account's browser. */
  admin: Person
  /** A separate browser profile that nobody has signed in to. */
  guest(size?: Size): Promise<Person>
  /** Stops the server in order and starts it on the same data. */
  restart(): Promise<void>
  /** What really happened to probes of one target, in the order they left. All answers are out when it resolves. */
  truthOf(address: string): Promise<TruthProbe[]>
  /** Everybody who has a browser here, the admin first. */
  people: readonly Person[]
  close(): Promise<void>
}

export interface StageOptions {
  port: number
  /** Lab scenarios that join the world, and names for their hosts. */
  scenarios?: readonly string[]
  hosts?: Readonly<Record<string, string>>
  /** More about the lab itself: its resolv.conf, other files of /etc. */
  lab?: Pick<LabOptions, 'resolvConf' | 'etc'>
  /** Puts more into the lab before the server starts. */
  furnish?: (lab: Lab) => Promise<unknown>
  /** Put between `ip netns exec NAME` and the server's command line. */
  wrap?: readonly string[]
  env?: Record<string, string>
}

/** Leaves nothing behind, neither when it fails nor after `close`, which also asserts that no page of any person had a fault. */
export async function openStage({ port, scenarios = [], hosts = {}, lab: more = {}, furnish, wrap = [], env = {} }: StageOptions): Promise<Stage> {
  const lab = await createLab({ scenario: [join(import.meta.dirname, 'world.json'), ...scenarios], prefix: 'hopscope-e2e', hosts: { ...HOSTS, ...hosts }, ...more })
  const home = makeHome()
  const inside = ['ip', 'netns', 'exec', lab.name]
  let server: Server | null = null
  let chrome: Chrome | null = null
  const people: Person[] = []
  const close = async (): Promise<void> => {
    await chrome?.close()
    await server?.stop()
    await lab.close()
    removeHome(home)
  }
  try {
    spawnSync('ip', ['-n', lab.name, 'route', 'add', PRIVATE_NET, 'dev', 'sim0', 'src', VANTAGE.v4])
    await furnish?.(lab)
    const begin = (): Promise<Server> => startServer({ prefix: [...inside, ...wrap], port, home, env })
    server = await begin()
    const started = chrome = await startChrome(inside, `http://127.0.0.1:${port}`)
    const guest = async (size?: Size): Promise<Person> => {
      const made = await started.person(size)
      people.push(made)
      return made
    }
    const admin = await guest()
    const stage: Stage = {
      lab, server, chrome: started, admin, guest, people,
      restart: async () => {
        await stage.server.stop()
        stage.server = server = await begin()
      },
      truthOf: async (address) => {
        await lab.settled()
        return (await lab.truth()).filter((probe) => probe.dst === address).toSorted((a, b) => a.n - b.n)
      },
      close: async () => {
        const faults = people.flatMap((person) => person.faults)
        await close()
        expect(faults).toEqual([])
      },
    }
    return stage
  } catch (error) {
    await close()
    throw error
  }
}

/** A policy file with other limits, in a folder that the server's own user may read. Answers its path. */
export function makePolicy(folder: string, limits: Record<string, number>): string {
  chmodSync(folder, 0o755)
  const path = join(folder, 'policy.json')
  writeFileSync(path, JSON.stringify({ limits }), { mode: 0o644 })
  return path
}

/** The first account, made through the page behind the setup link. Ends on the start page. */
export async function setUp({ server, admin: { page } }: Stage): Promise<void> {
  await vi.waitUntil(() => server.setupLink() !== null, { timeout: 10_000, interval: 20 })
  await page.goto(server.setupLink() ?? '')
  await page.getByLabel('Your name').fill(ADMIN.display)
  await page.getByLabel('Name to sign in with').fill(ADMIN.name)
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.waitForURL(`${server.origin}/`)
}

/** Somebody else's browser, signed in with the first account. */
export async function signIn(stage: Stage, size?: Size): Promise<Person> {
  const person = await stage.guest(size)
  await person.page.goto('/sign-in')
  await person.page.getByLabel('Name').fill(ADMIN.name)
  await person.page.getByLabel('Password').fill(ADMIN.password)
  await person.page.getByRole('button', { name: 'Sign in' }).click()
  await person.page.waitForURL(`${stage.server.origin}/`)
  return person
}

/** For `afterEach`: what every person saw when a test failed, in test/.out/pictures. */
export async function pictureFailure(stage: Stage | undefined, { task }: { task: { name: string; result?: { state?: string } } }): Promise<void> {
  if (task.result?.state !== 'fail' || !stage) return
  const name = task.name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60)
  for (const [i, { page }] of stage.people.entries()) await picture(page, `failed-${name}-${i}`).catch(() => undefined)
}
