/** What an authoritative server and a resolver of the lab answer, from the zones they have. */
import type { Answer, Question, Record, TypeName } from './wire.ts'

export interface Zone {
  /** `example.test`, `.` for the root. */
  apex: string
  serial: number
  /** NXDOMAIN and NODATA may be kept so long. */
  minimum?: number
  records: readonly Record[]
}

const isUnder = (name: string, zone: string): boolean => zone === '.' || name === zone || name.endsWith(`.${zone}`)
const labels = (zone: string): number => (zone === '.' ? 0 : zone.split('.').length)

export const soaOf = ({ apex, serial, minimum = 300 }: Zone): Record => ({ name: apex, type: 'SOA', ttl: minimum, value: `ns1.${apex === '.' ? 'root' : apex} hostmaster.${apex === '.' ? 'root' : apex} ${serial} 7200 900 1209600 ${minimum}` })

/** As a server of these zones alone: AA where it has the answer, a referral where it delegated, REFUSED elsewhere. RFC 1034, 4.3.2. */
export function authoritative(zones: readonly Zone[], { name, type }: Question): Answer {
  const zone = zones.filter((one) => isUnder(name, one.apex)).toSorted((a, b) => labels(b.apex) - labels(a.apex))[0]
  if (zone === undefined) return { rcode: 'REFUSED' }
  const cut = zone.records.filter((record) => record.type === 'NS' && record.name !== zone.apex && isUnder(name, record.name))
  if (cut.length > 0 && !(type === 'DS' && cut[0]?.name === name)) return { rcode: 'NOERROR', authority: cut, additional: glue(zone, cut) }
  return { aa: true, ...within(zone, { name, type }) }
}

function within(zone: Zone, { name, type }: Pick<Question, 'name' | 'type'>): Answer {
  const answers: Record[] = []
  let at = name
  for (let step = 0; step < 12; step += 1) {
    const here = recordsAt(zone, at)
    const alias = here.find((record) => record.type === 'CNAME')
    const found = here.filter((record) => record.type === type || (type === 'ANY' && record.type !== 'OPT'))
    if (found.length > 0) return { rcode: 'NOERROR', answers: [...answers, ...found], additional: type === 'NS' ? glue(zone, found) : [] }
    if (alias === undefined || type === 'CNAME') {
      if (here.length > 0 || zone.records.some((record) => isUnder(record.name, at))) return { rcode: 'NOERROR', answers, authority: [soaOf(zone)] }
      return { rcode: 'NXDOMAIN', answers, authority: [soaOf(zone)] }
    }
    if (answers.includes(alias)) break
    answers.push(alias)
    at = alias.value
    if (!isUnder(at, zone.apex)) break
  }
  return { rcode: 'NOERROR', answers }
}

const recordsAt = (zone: Zone, name: string): Record[] => [...zone.records.filter((record) => record.name === name), ...(name === zone.apex ? [soaOf(zone)] : [])]

const glue = (zone: Zone, servers: readonly Record[]): Record[] => zone.records.filter((record) => isAddress(record.type) && servers.some((server) => server.value === record.name))
const isAddress = (type: TypeName): boolean => type === 'A' || type === 'AAAA'

/** As a resolver that finds everything there is in these zones, the deepest zone first; TTLs count down from `sinceMs` as those of a cache do. */
export function recursive(zones: readonly Zone[], question: Question, agedS: number): Answer {
  const answers: Record[] = []
  let name = question.name
  for (let step = 0; step < 12; step += 1) {
    const zone = zones.filter((one) => isUnder(name, one.apex)).toSorted((a, b) => labels(b.apex) - labels(a.apex))[0]
    if (zone === undefined) return { rcode: 'NXDOMAIN', ra: true, answers }
    const part = within(zone, { name, type: question.type })
    answers.push(...part.answers ?? [])
    const last = answers.at(-1)
    const outside = last?.type === 'CNAME' && question.type !== 'CNAME' && !isUnder(last.value, zone.apex)
    if (!outside || last === undefined) return { ...part, ra: true, answers: aged(answers, agedS), additional: [] }
    name = last.value
  }
  // A loop of aliases that never ends: what resolvers answer then.
  return { rcode: 'SERVFAIL', ra: true }
}

const aged = (records: readonly Record[], agedS: number): Record[] => records.map((record) => ({ ...record, ttl: record.ttl === 0 ? 0 : Math.max(1, record.ttl - (agedS % record.ttl)) }))
