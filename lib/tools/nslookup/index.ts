/** nslookup, as data. */
import { serverList } from '../dns/servers.ts'
import type { Tool } from '../tool.ts'
import { nslookupArgv, nslookupBound, nslookupCannot, nslookupDeadlineMs } from './args.ts'
import { NSLOOKUP, type NslookupOptions } from './options.ts'
import { nslookupParser } from './parse.ts'
import { nslookupShown } from './shown.ts'
import type { NslookupView } from './view.ts'

export const nslookup: Tool<NslookupOptions, NslookupView> = {
  ...nslookupShown,
  binary: 'nslookup',
  takesUnresolved: true,
  contacts: ({ server }) => serverList(server),
  package: 'bind9-dnsutils',
  transport: 'pipe',
  fields: NSLOOKUP.fields,
  argv: nslookupArgv,
  cannot: nslookupCannot,
  deadlineMs: nslookupDeadlineMs,
  bound: nslookupBound,
  selfTest: {
    versionArgs: ['-version'],
    version: nslookupVersion,
    // A question to a port of the host itself where no name server is: to be refused shows that it can ask. Its exit code is 1 then.
    probeArgs: ['-type=A', '-timeout=1', '-retry=1', '-port=9', 'localhost.', '127.0.0.1'],
    proof: /^;; communications error to 127\.0\.0\.1#9: (?:connection refused|timed out)\r?$|^Server:\t/m,
    needs: 'nothing but UDP and TCP',
  },
  parser: nslookupParser,
}

/** `nslookup 9.18.49-1~deb12u3-Debian` -> `9.18.49-1~deb12u3-Debian`; null for another nslookup. */
function nslookupVersion(output: string): string | null {
  return /^nslookup (\d\S{0,63})/m.exec(output.slice(0, 4096))?.[1] ?? null
}
