/** Certificates for tests, made in plain Node: authorities, what they sign, and every way in which that can be wrong. EC P-256 with SHA-256. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { bits, boolean, context, contextBytes, integer, octets, oid, sequence, set, time, utf8 } from './der.ts'

const DAY_MS = 86_400_000

export interface CertificateWanted {
  /** CN of the subject. Default: the first name. */
  commonName?: string
  /** DNS names of subjectAltName. */
  names?: readonly string[]
  /** Literal addresses of subjectAltName. */
  addresses?: readonly string[]
  notBeforeMs?: number
  notAfterMs?: number
  /** Who signs it; absent: itself. */
  issuer?: Certificate
  /** May sign others. */
  isAuthority?: boolean
}

export interface Certificate {
  commonName: string
  keyPem: string
  certPem: string
  der: Buffer
  privateKey: KeyObject
  publicKey: KeyObject
}

/** One certificate with a key of its own. Valid from yesterday for 90 days, unless said otherwise. */
export function makeCertificate(wanted: CertificateWanted): Certificate {
  const { names = [], addresses = [], issuer, isAuthority = false } = wanted
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const commonName = wanted.commonName ?? names[0] ?? addresses[0] ?? 'nobody'
  const nowMs = Date.now()
  const signer = issuer ?? { commonName, privateKey, publicKey }
  const body = sequence(
    context(0, integer(Uint8Array.of(2))), integer(randomBytes(12)), ECDSA_SHA256, dn(signer.commonName),
    sequence(time(wanted.notBeforeMs ?? nowMs - DAY_MS), time(wanted.notAfterMs ?? nowMs + 90 * DAY_MS)), dn(commonName), spki(publicKey),
    context(3, sequence(
      extension('2.5.29.19', true, isAuthority ? sequence(boolean(true)) : sequence()),
      extension('2.5.29.15', true, isAuthority ? bits(Uint8Array.of(0x06), 1) : bits(Uint8Array.of(0x80), 7)),
      extension('2.5.29.14', false, octets(keyId(publicKey))),
      extension('2.5.29.35', false, sequence(contextBytes(0, keyId(signer.publicKey)))),
      ...(isAuthority ? [] : [extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1')))]),
      ...(names.length + addresses.length === 0 ? [] : [extension('2.5.29.17', false, altNames(names, addresses))]),
    )),
  )
  const der = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, signer.privateKey)))
  return { commonName, der, privateKey, publicKey, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certPem: pem(der) }
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

const dn = (commonName: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))))
const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })
/** A key of P-256 ends in its 65 bytes: RFC 5280, 4.2.1.2 (1). */
const keyId = (key: KeyObject): Buffer => createHash('sha1').update(spki(key).subarray(-65)).digest()
const extension = (id: string, isCritical: boolean, value: Buffer): Buffer => sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(value))

const altNames = (names: readonly string[], addresses: readonly string[]): Buffer =>
  sequence(...names.map((name) => contextBytes(2, Buffer.from(name, 'latin1'))), ...addresses.map((address) => contextBytes(7, addressBytes(address))))

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail] = address.split('::')
  const words = (text: string): number[] => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)))
  const left = words(head)
  const right = tail === undefined ? [] : words(tail)
  const all = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]))
}

const pem = (der: Buffer): string => `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`

/** What a server of TLS is started with: its key, and its certificate with those that it sends along. */
export interface Site { key: string; cert: string }
export type SiteName = 'good' | 'expired' | 'not-yet' | 'wrong-name' | 'self-signed' | 'missing-intermediate'

/**
 * One authority, one intermediate of it, and a site of each kind for these names and addresses. Who trusts `authority` (PEM) trusts `good` alone.
 * `names` may be by site.
 */
export function makeSites(wanted: { names: readonly string[] | Partial<Record<SiteName, readonly string[]>>; addresses?: readonly string[] }): { authority: string; sites: Record<SiteName, Site> } {
  const nowMs = Date.now()
  const root = makeCertificate({ commonName: 'Test Root', isAuthority: true })
  const issuer = makeCertificate({ commonName: 'Test Issuing', isAuthority: true, issuer: root })
  const { addresses = [] } = wanted
  const of = (site: SiteName, more: CertificateWanted = { issuer }): Certificate => makeCertificate({ names: 'slice' in wanted.names ? wanted.names : wanted.names[site] ?? [], addresses, ...more })
  const chained = ({ keyPem, certPem }: Certificate): Site => ({ key: keyPem, cert: certPem + issuer.certPem })
  const alone = ({ keyPem, certPem }: Certificate): Site => ({ key: keyPem, cert: certPem })
  return {
    authority: root.certPem,
    sites: {
      good: chained(of('good')),
      expired: chained(of('expired', { issuer, notBeforeMs: nowMs - 40 * DAY_MS, notAfterMs: nowMs - 3.5 * DAY_MS })),
      'not-yet': chained(of('not-yet', { issuer, notBeforeMs: nowMs + 2.5 * DAY_MS })),
      'wrong-name': chained(makeCertificate({ names: ['elsewhere.example'], issuer })),
      'self-signed': alone(of('self-signed', {})),
      'missing-intermediate': alone(of('missing-intermediate')),
    },
  }
}
