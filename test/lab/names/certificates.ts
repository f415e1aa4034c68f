/** Certificates of the sites of plan.ts, and the authority that the lab's vantage trusts. */
import { makeSites } from '#test/support/certificates.ts'
import { ZONE, type Certificates } from './plan.ts'

export interface LabCertificates { sites: Certificates; /** PEM. */ authority: string }

/** `good` is for every name of the zone but the one that is served a certificate of somebody else. */
export function labCertificates(): LabCertificates {
  const every = [ZONE, `*.${ZONE}`]
  return makeSites({ names: { 'good': every, 'expired': every, 'self-signed': every, 'wrong-name': [`other.${ZONE}`] } })
}
