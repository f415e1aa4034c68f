/** The certificates that tests make are what they claim to be: to node:crypto, to a TLS handshake, and to openssl where it is installed. */
import { X509Certificate } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { makeCertificate, makeSites, type SiteName } from '#test/support/certificates.ts'
import { listening } from './probe-run.ts'

test('a chain signs each other, with names, addresses and dates', () => {
  const root = makeCertificate({ commonName: 'Root', isAuthority: true })
  const issuer = makeCertificate({ commonName: 'Issuing', isAuthority: true, issuer: root })
  const leaf = makeCertificate({ names: ['a.example', '*.b.example'], addresses: ['192.0.2.1', '2001:db8::1', '::1'], issuer, notBeforeMs: Date.UTC(2020, 0, 2, 3, 4, 5), notAfterMs: Date.UTC(2051, 11, 31) })
  const [top, middle, end] = [root, issuer, leaf].map(({ certPem }) => new X509Certificate(certPem))
  expect([top?.ca, middle?.ca, end?.ca]).toEqual([true, true, false])
  expect([top?.verify(root.publicKey), middle?.verify(root.publicKey), end?.verify(issuer.publicKey), end?.verify(root.publicKey)]).toEqual([true, true, true, false])
  expect([middle?.checkIssued(top ?? expect.fail()), end?.checkIssued(middle ?? expect.fail())]).toEqual([true, true])
  expect([end?.checkHost('a.example'), end?.checkHost('x.b.example'), end?.checkHost('b.example'), end?.checkIP('192.0.2.1'), end?.checkIP('::1'), end?.checkIP('::2')]).toEqual(['a.example', '*.b.example', undefined, '192.0.2.1', '::1', undefined])
  expect([end?.validFrom, end?.validTo].map((text) => new Date(text ?? '').toISOString())).toEqual(['2020-01-02T03:04:05.000Z', '2051-12-31T00:00:00.000Z'])
  expect(end?.checkPrivateKey(leaf.privateKey)).toBe(true)
})

const { authority, sites } = makeSites({ names: ['shop.example'] })

test.each<[SiteName, string | null]>([
  ['good', null], ['expired', 'CERT_HAS_EXPIRED'], ['not-yet', 'CERT_NOT_YET_VALID'], ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'], ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'], ['missing-intermediate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
])('%s is refused for its reason alone', async (site, code) => {
  const port = await listening(createServer(sites[site]).on('tlsClientError', () => undefined))
  const socket = connect({ port, host: '127.0.0.1', servername: 'shop.example', ca: authority })
  const end = await new Promise<unknown>((resolve) => { socket.once('secureConnect', () => resolve(null)).once('error', resolve) })
  socket.destroy()
  expect(end).toEqual(code === null ? null : expect.objectContaining({ code }))
})

test.skipIf(spawnSync('openssl', ['version']).status !== 0)('openssl agrees, strictly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const ca = file('ca.pem', authority)
  const verify = (site: SiteName): string => {
    const chain = file('site.pem', sites[site].cert)
    const { stdout, stderr } = spawnSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'shop.example', '-CAfile', ca, '-untrusted', chain, chain], { encoding: 'utf8' })
    return stdout + stderr
  }
  expect(verify('good')).toMatch(/: OK$/m)
  expect(verify('expired')).toMatch(/certificate has expired/)
  expect(verify('not-yet')).toMatch(/not yet valid/)
  expect(verify('wrong-name')).toMatch(/hostname mismatch/)
  expect(verify('self-signed')).toMatch(/self-signed certificate/)
  expect(verify('missing-intermediate')).toMatch(/unable to get local issuer certificate/)
})
