/** How names are found on a host, as its files say: with the line of each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NameSetup } from '#lib/tools/tool.ts'
import { readNameSetup } from '#server/runner/resolve/name-setup.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'hopscope-names-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = (name: string): string => join(folder, name)
function read(host: string, texts: { hosts?: string; resolvConf?: string; resolved?: string; nsswitch?: string }): Promise<NameSetup> {
  for (const [name, text] of Object.entries(texts)) writeFileSync(path(name), text)
  return readNameSetup(host, { hosts: path('hosts'), resolvConf: path('resolvConf'), resolved: path('resolved'), nsswitch: path('nsswitch') })
}

test('servers with their lines, search list and ndots', async () => {
  expect(await read('web', { resolvConf: '# made by hand\n\nnameserver 10.0.0.53\noptions ndots:2 timeout:1\nsearch Corp.example lab.example.\nnameserver nonsense\nnameserver 2001:DB8::53 # second\noptions rotate ndots:3\nnameserver 10.0.0.54\nnameserver 10.0.0.55\n' })).toEqual({
    servers: [{ address: '10.0.0.53', file: path('resolvConf'), line: 3 }, { address: '2001:db8::53', file: path('resolvConf'), line: 7 }, { address: '10.0.0.54', file: path('resolvConf'), line: 9 }],
    upstream: [], search: ['corp.example', 'lab.example'], ndots: 3, services: [], servicesFrom: null, hosts: [],
  })
})

test.each([['options ndots:99\n', 15], ['options ndots:x\n', 1], ['options ndots:0', 0], ['', 1]])('ndots of %j is %i', async (resolvConf, ndots) => {
  expect((await read('web', { resolvConf })).ndots).toBe(ndots)
})

test('no file at all is a normal host', async () => {
  expect(await readNameSetup('web', { hosts: '/nonexistent/a', resolvConf: '/nonexistent/b', resolved: '/nonexistent/c', nsswitch: folder })).toEqual({ servers: [], upstream: [], search: [], ndots: 1, services: [], servicesFrom: null, hosts: [] })
})

test('whom systemd-resolved asks is told only where it is the one that is asked', async () => {
  const resolved = 'nameserver 192.168.1.1\nnameserver 127.0.0.53\n'
  const upstream = [{ address: '192.168.1.1', file: path('resolved'), line: 1 }]
  expect((await read('web', { resolved, resolvConf: 'nameserver 127.0.0.53\n' })).upstream).toEqual(upstream)
  expect((await read('web', { resolved, resolvConf: 'nameserver 127.0.0.54\n' })).upstream).toEqual(upstream)
  expect((await read('web', { resolved, resolvConf: 'nameserver 127.0.0.53\nnameserver 9.9.9.9\n' })).upstream).toEqual([])
  expect((await read('web', { resolved, resolvConf: 'nameserver 127.0.0.1\n' })).upstream).toEqual([])
  expect((await read('web', { resolved, resolvConf: '' })).upstream).toEqual([])
})

test('services in order, actions as one word, the last such line, no comment', async () => {
  const nsswitch = 'passwd: files\n# hosts: nis\nhosts: db\n  hosts:\tmymachines resolve [!UNAVAIL=return] files myhostname [NOTFOUND=return SUCCESS=continue] dns # end\nnetworks: files\n'
  expect(await read('web', { nsswitch })).toMatchObject({ services: ['mymachines', 'resolve', '[!UNAVAIL=return]', 'files', 'myhostname', '[NOTFOUND=return SUCCESS=continue]', 'dns'], servicesFrom: { file: path('nsswitch'), line: 4 } })
  expect(await read('web', { nsswitch: 'hosts:\n' })).toMatchObject({ services: [], servicesFrom: { line: 1 } })
})

test('lines of the hosts file that name it, as it is or in a search domain; of an address, the lines that name that', async () => {
  const files = { resolvConf: 'search corp.example\n', hosts: '127.0.0.1 localhost\n10.0.0.7 DB.corp.example. db2\nbad db\n# 10.0.0.8 db\n2001:DB8::7 other db\n10.0.0.9 dbx\n::ffff:10.0.0.7 mapped\n' }
  const line = (address: string, names: string[], number: number): NameSetup['hosts'][number] => ({ address, names, file: path('hosts'), line: number })
  expect((await read('db', files)).hosts).toEqual([line('10.0.0.7', ['DB.corp.example.', 'db2'], 2), line('2001:db8::7', ['other', 'db'], 5)])
  expect((await read('10.0.0.7', files)).hosts).toEqual([line('10.0.0.7', ['DB.corp.example.', 'db2'], 2), line('10.0.0.7', ['mapped'], 7)])
  expect((await read('2001:db8::7', files)).hosts).toEqual([line('2001:db8::7', ['other', 'db'], 5)])
  expect((await read('nobody', files)).hosts).toEqual([])
})

test('a hosts file of a million lines is read as far as four megabytes, and tells 32 lines at most', async () => {
  const hosts = '0.0.0.0 ads.example\n'.repeat(250_000)
  expect((await read('ads.example', { hosts })).hosts).toHaveLength(32)
  expect((await read('late.example', { hosts: `${hosts}10.0.0.1 late.example\n` })).hosts).toEqual([])
})
