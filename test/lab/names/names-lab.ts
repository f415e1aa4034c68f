/** A lab with names in it: the usual namespace, its resolv.conf and hosts file, and the servers of plan.ts. */
import { createLab, type Lab } from '../lab.ts'
import type { LabCertificates } from './certificates.ts'
import { addressesOf, FIREWALL, RESOLVERS, SEARCH, worldPlan, ZONE, type Certificates } from './plan.ts'
import { must, startWorld, type Asked } from './start-world.ts'

export interface NamesLab {
  lab: Lab
  /** Every question that a name server was asked so far. */
  asked(): readonly Asked[]
}

/** In the hosts file, so that no server is asked by programs of the host: one only there, one against DNS. */
export const IN_HOSTS = { 'hosts-only.internal': '203.0.113.110', [`hosts-other.${ZONE}`]: '203.0.113.111' } as const
export const RESOLV_CONF = [`search ${SEARCH}`, ...RESOLVERS.map((address) => `nameserver ${address}`), ''].join('\n')

/** The system's trust store with one authority in it. */
export const trusting = (authority: string): Record<string, string> => ({ 'ssl/certs/ca-certificates.crt': authority, 'ssl/cert.pem': authority })

/** Needs `labAvailable()`. Leaves nothing behind if it fails; else `lab.close()` ends it all. */
export async function createNamesLab(prefix: string, { sites, authority }: LabCertificates): Promise<NamesLab> {
  const lab = await createLab({ scenario: 'clean', prefix, hosts: IN_HOSTS, resolvConf: RESOLV_CONF, etc: trusting(authority) })
  try {
    return { lab, asked: await furnish(lab, sites) }
  } catch (error) {
    await lab.close()
    throw error
  }
}

/** Puts the servers and the firewall into a lab that has RESOLV_CONF. */
export async function furnish(lab: Pick<Lab, 'exec' | 'spawn'>, certificates: Certificates): Promise<NamesLab['asked']> {
  const plan = worldPlan(certificates)
  await must(lab, FIREWALL.map((line) => ['nft', line]))
  return startWorld(lab, plan, addressesOf(plan))
}
