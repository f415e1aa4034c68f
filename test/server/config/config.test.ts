/** Settings: defaults, every error names its setting, and what is handed to a child reads back the same. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configEnv, readConfig, type Config } from '#server/config.ts'

const root = { uid: 0, hostname: 'bastion' }
const user = { uid: 1000, hostname: 'bastion' }
const value = (env: Record<string, string>, argv: string[] = [], reader = root): Config => {
  const read = readConfig(env, argv, reader)
  if (!read.ok) throw new Error(read.error.message)
  return read.value
}
const problem = (env: Record<string, string>, argv: string[] = []): { field?: string; message: string } => {
  const read = readConfig(env, argv, root)
  if (read.ok) throw new Error('accepted')
  return read.error
}

describe('defaults', () => {
  test('as root', () => {
    expect(value({ HOSTNAME: 'evil', PORT: '1', HOST: '0.0.0.0' })).toEqual({
      host: '127.0.0.1', port: 3000, publicUrl: null, trustedProxies: [], dataDir: '/var/lib/hopscope', runDir: '/run/hopscope', vantageName: 'bastion',
      user: 'hopscope', policyFile: null, retentionDays: 90, maxBytes: 10 * 1024 ** 3, shareMaxS: 2_592_000, reverseDns: true, asNumbers: 'off', dev: false,
    })
  })
  test('as an ordinary user, with and without XDG folders', () => {
    expect(value({ HOME: '/home/ana' }, [], user)).toMatchObject({ dataDir: '/home/ana/.local/state/hopscope', runDir: '/home/ana/.local/state/hopscope/run' })
    expect(value({ HOME: '/home/ana', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/run/user/1000' }, [], user)).toMatchObject({ dataDir: '/s/hopscope', runDir: '/run/user/1000/hopscope' })
  })
  test('a server with its own data folder has its own run folder', () => {
    expect(value({ HOPSCOPE_DATA_DIR: '/srv/two/' })).toMatchObject({ dataDir: '/srv/two', runDir: '/srv/two/run' })
    expect(value({ HOPSCOPE_DATA_DIR: '/srv/two', HOPSCOPE_RUN_DIR: '/run/two' }).runDir).toBe('/run/two')
  })
  test('an empty variable counts as absent', () => { expect(value({ HOPSCOPE_PORT: '', HOPSCOPE_PUBLIC_URL: '' })).toMatchObject({ port: 3000, publicUrl: null }) })
})

test('values are decoded', () => {
  expect(value({
    HOPSCOPE_HOST: '0.0.0.0', HOPSCOPE_PORT: '0', HOPSCOPE_PUBLIC_URL: 'https://Hop.example.net/', HOPSCOPE_TRUSTED_PROXIES: '10.0.0.5, fd00::/8',
    HOPSCOPE_VANTAGE: 'Bastion Wien 1', HOPSCOPE_USER: 'ops', HOPSCOPE_POLICY: '/etc/p.json', HOPSCOPE_RETENTION_DAYS: '7', HOPSCOPE_MAX_BYTES: '2g', HOPSCOPE_SHARE_MAX_S: '3600', HOPSCOPE_REVERSE_DNS: 'off', HOPSCOPE_AS_NUMBERS: '/srv/as.tsv',
  })).toMatchObject({
    host: '0.0.0.0', port: 0, publicUrl: 'https://hop.example.net', trustedProxies: ['10.0.0.5/32', 'fd00::/8'], vantageName: 'Bastion Wien 1', user: 'ops',
    policyFile: '/etc/p.json', retentionDays: 7, maxBytes: 2 * 1024 ** 3, shareMaxS: 3600, reverseDns: false, asNumbers: '/srv/as.tsv',
  })
})

test('flags win over variables', () => {
  expect(value({ HOPSCOPE_PORT: '4000' }, ['--port', '5000', '--dev', '--supervised', '--data-dir=/d'])).toMatchObject({ port: 5000, dev: true, dataDir: '/d' })
})

describe('a wrong setting is refused by name', () => {
  test.each([
    ['HOPSCOPE_PORT', '65536'], ['HOPSCOPE_PORT', '3e3'], ['HOPSCOPE_PORT', '-1'], ['HOPSCOPE_PORT', '0x50'], ['HOPSCOPE_HOST', 'example.net'], ['HOPSCOPE_HOST', '127.1'],
    ['HOPSCOPE_PUBLIC_URL', 'hop.example.net'], ['HOPSCOPE_PUBLIC_URL', 'https://u:p@x'], ['HOPSCOPE_PUBLIC_URL', 'https://x/path'], ['HOPSCOPE_PUBLIC_URL', 'javascript:alert(1)'],
    ['HOPSCOPE_TRUSTED_PROXIES', '10.0.0.0/33'], ['HOPSCOPE_TRUSTED_PROXIES', 'proxy'], ['HOPSCOPE_TRUSTED_PROXIES', '10.0.0.1/8/8'], ['HOPSCOPE_TRUSTED_PROXIES', '10.0.0.1/'],
    ['HOPSCOPE_DATA_DIR', 'data'], ['HOPSCOPE_RUN_DIR', '/a\u0007b'], ['HOPSCOPE_VANTAGE', '<b>'], ['HOPSCOPE_USER', 'root'], ['HOPSCOPE_USER', 'a b'], ['HOPSCOPE_USER', '-rf'],
    ['HOPSCOPE_POLICY', 'policy.json'], ['HOPSCOPE_RETENTION_DAYS', '0'], ['HOPSCOPE_MAX_BYTES', '10 GB'], ['HOPSCOPE_MAX_BYTES', '1'], ['HOPSCOPE_SHARE_MAX_S', '59'],
    ['HOPSCOPE_REVERSE_DNS', 'yes'], ['HOPSCOPE_AS_NUMBERS', 'table.tsv'], ['HOPSCOPE_AS_NUMBERS', 'on'],
  ])('%s=%s', (name, text) => {
    const error = problem({ [name]: text })
    expect(error.field).toBe(name)
    expect(error.message).toMatch(new RegExp(`^${name}: .*\\.$`))
  })
  test('an address others can reach, without a proxy in front', () => {
    expect(problem({ HOPSCOPE_HOST: '0.0.0.0' })).toMatchObject({ field: 'HOPSCOPE_HOST', message: expect.stringContaining('HOPSCOPE_TRUSTED_PROXIES') })
    expect(value({ HOPSCOPE_HOST: '127.0.0.9' }).host).toBe('127.0.0.9')
  })
  test('a misspelt setting or flag', () => {
    expect(problem({ HOPSCOPE_PROT: '80' })).toMatchObject({ field: 'HOPSCOPE_PROT', message: expect.stringContaining('did you mean HOPSCOPE_PORT?') })
    expect(problem({}, ['--prot=80']).message).toContain('--port')
    expect(problem({}, ['--port'])).toMatchObject({ field: '--port' })
  })
})

test('what a child is given reads back as the same settings', () => {
  const port = fc.integer({ min: 0, max: 65_535 }).map(String)
  const days = fc.integer({ min: 1, max: 3650 }).map(String)
  const folder = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
  fc.assert(fc.property(fc.record({ HOPSCOPE_PORT: port, HOPSCOPE_RETENTION_DAYS: days, HOPSCOPE_DATA_DIR: folder, HOPSCOPE_RUN_DIR: folder }), fc.boolean(), (env, dev) => {
    const first = value(env, dev ? ['--dev'] : [])
    expect(value(configEnv(first), dev ? ['--dev'] : [], { uid: 1000, hostname: 'other' })).toEqual(first)
  }))
})
