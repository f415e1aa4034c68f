/** The words in which nslookup says what type a record has. */

/** BIND's table of the types up to 41; those beyond are `rdata_NNN`. */
const VERBS: readonly (readonly [string, string])[] = [
  ['internet address = ', 'A'], ['has AAAA address ', 'AAAA'], ['canonical name = ', 'CNAME'], ['nameserver = ', 'NS'], ['mail exchanger = ', 'MX'],
  ['text = ', 'TXT'], ['name = ', 'PTR'], ['service = ', 'SRV'], ['hinfo = ', 'HINFO'], ['naptr = ', 'NAPTR'], ['dname = ', 'DNAME'], ['soa = ', 'SOA'],
  ['md = ', 'MD'], ['mf = ', 'MF'], ['mb = ', 'MB'], ['mg = ', 'MG'], ['mr = ', 'MR'], ['protocol = ', 'WKS'], ['minfo = ', 'MINFO'], ['rp = ', 'RP'],
  ['afsdb = ', 'AFSDB'], ['x25 address = ', 'X25'], ['isdn address = ', 'ISDN'], ['rt = ', 'RT'], ['nsap = ', 'NSAP'], ['nsap_ptr = ', 'NSAP-PTR'],
  ['signature = ', 'SIG'], ['key = ', 'KEY'], ['px = ', 'PX'], ['gpos = ', 'GPOS'], ['loc = ', 'LOC'], ['next = ', 'NXT'], ['kx = ', 'KX'], ['cert = ', 'CERT'],
  ['v6 address = ', 'A6'], ['optional = ', 'OPT'], ['has SPF record ', 'SPF'],
]

/** Names of the numbers (IANA, Domain Name System parameters) that it has no word for. */
const NUMBERS: Readonly<Record<number, string>> = {
  10: 'NULL', 33: 'SRV', 35: 'NAPTR', 42: 'APL', 43: 'DS', 44: 'SSHFP', 45: 'IPSECKEY', 46: 'RRSIG', 47: 'NSEC', 48: 'DNSKEY', 49: 'DHCID', 50: 'NSEC3', 51: 'NSEC3PARAM',
  52: 'TLSA', 53: 'SMIMEA', 55: 'HIP', 59: 'CDS', 60: 'CDNSKEY', 61: 'OPENPGPKEY', 62: 'CSYNC', 63: 'ZONEMD', 64: 'SVCB', 65: 'HTTPS', 99: 'SPF', 108: 'EUI48', 109: 'EUI64',
  256: 'URI', 257: 'CAA', 258: 'AVC', 261: 'RESINFO', 32769: 'DLV',
}

/** `mail exchanger = 10 mx1.example.org.` -> MX and its data; null when the words are none of nslookup's. */
export function readVerb(text: string): { type: string; data: string } | null {
  const verb = VERBS.find(([words]) => text.startsWith(words))
  if (verb) return text.length > verb[0].length ? { type: verb[1], data: text.slice(verb[0].length) } : null
  const [whole = '', number] = /^(?:rdata|rtype)_(\d{1,5}) = (?=\S)/.exec(text) ?? []
  return number === undefined ? null : { type: NUMBERS[Number(number)] ?? `TYPE${Number(number)}`, data: text.slice(whole.length) }
}
