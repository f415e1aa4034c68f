/** What people type and paste, and what becomes of it. */
import { describe, expect, it } from 'vitest'
import { parseTarget } from '#lib/policy/target.ts'

const accepted: readonly (readonly [string, object])[] = [
  ['example.com', { kind: 'name', host: 'example.com' }],
  ['  Example.COM.  ', { kind: 'name', host: 'example.com' }],
  ['db-1:5432', { kind: 'name', host: 'db-1', port: 5432 }],
  ['192.0.2.7:65535', { kind: 'ipv4', host: '192.0.2.7', port: 65535 }],
  ['[2001:DB8::1]:443', { kind: 'ipv6', host: '2001:db8::1', port: 443 }],
  ['fe80::1%eth0.100', { kind: 'ipv6', host: 'fe80::1%eth0.100', zone: 'eth0.100' }],
  ['::ffff:10.0.0.1', { kind: 'ipv4', host: '10.0.0.1', reducedFrom: 'IPv4-mapped IPv6 address' }],
  ['https://example.com/path?x=1#y', { kind: 'name', host: 'example.com', port: 443, reducedFrom: 'URL' }],
  ['HTTP://example.com:8080', { kind: 'name', host: 'example.com', port: 8080, reducedFrom: 'URL' }],
  ['wss://[2001:db8::2]/live', { kind: 'ipv6', host: '2001:db8::2', port: 443, reducedFrom: 'URL' }],
  ['https://registry.example/@scope/name', { kind: 'name', host: 'registry.example', port: 443, reducedFrom: 'URL' }],
  ['ssh://git@git.example/repo', { kind: 'name', host: 'git.example', port: 22, reducedFrom: 'URL' }],
  ['tcp://db.internal:5432', { kind: 'name', host: 'db.internal', port: 5432, reducedFrom: 'URL' }],
  ['http://[fe80::1%25eth0]:80/', { kind: 'ipv6', host: 'fe80::1%eth0', zone: 'eth0', port: 80, reducedFrom: 'URL' }],
  ['münchen.de', { kind: 'name', host: 'xn--mnchen-3ya.de', unicodeHost: 'münchen.de' }],
  ['xn--mnchen-3ya.de', { kind: 'name', host: 'xn--mnchen-3ya.de', unicodeHost: 'münchen.de' }],
  ['XN--PPLE-43D.com', { kind: 'name', host: 'xn--pple-43d.com' }],
  ['例え.テスト', { kind: 'name', host: 'xn--r8jz45g.xn--zckzah', unicodeHost: '例え.テスト' }],
  ['curl https://example.com', { kind: 'name', host: 'example.com', port: 443, reducedFrom: 'curl command' }],
  ["curl -sS -x http://proxy:3128 -H 'Accept: */*; q=1' 'https://api.example:8443/a?b=c&d=e' --compressed", { kind: 'name', host: 'api.example', port: 8443, reducedFrom: 'curl command' }],
  ["curl 'https://shop.example/x' \\\n  -H $'a: b\\'c' \\\n  --data-raw '{\"a\":1}'\n", { kind: 'name', host: 'shop.example', port: 443, reducedFrom: 'curl command' }],
  ['curl --request POST --url https://x.example/ -o/dev/null -e https://other.example', { kind: 'name', host: 'x.example', port: 443, reducedFrom: 'curl command' }],
  ['curl -XPOST example.com/path', { kind: 'name', host: 'example.com', port: 80, reducedFrom: 'curl command' }],
  ['ssh -p 2222 first.last@web1.internal uptime -a', { kind: 'name', host: 'web1.internal', port: 2222, reducedFrom: 'ssh command' }],
  ['ssh -4p2022 -i key user@host', { kind: 'name', host: 'host', port: 2022, reducedFrom: 'ssh command' }],
  ['ssh user@host -p 2022', { kind: 'name', host: 'host', port: 2022, reducedFrom: 'ssh command' }],
  ['ssh host', { kind: 'name', host: 'host', port: 22, reducedFrom: 'ssh command' }],
  ['ping -f -s 65000 -c 9999 -- example.com', { kind: 'name', host: 'example.com', reducedFrom: 'ping command' }],
  ['sudo mtr -n -c 10 2001:db8::1', { kind: 'ipv6', host: '2001:db8::1', reducedFrom: 'mtr command' }],
  ['nc -zv 10.0.0.5 443', { kind: 'ipv4', host: '10.0.0.5', port: 443, reducedFrom: 'nc command' }],
  ['telnet mail.example', { kind: 'name', host: 'mail.example', port: 23, reducedFrom: 'telnet command' }],
  ['nslookup example.com 192.0.2.53', { kind: 'name', host: 'example.com', reducedFrom: 'nslookup command' }],
  ['ping', { kind: 'name', host: 'ping' }],
]

const refused: readonly (readonly [string, RegExp])[] = [
  ['10.0.0.0/24', /^Hopscope looks at one host at a time.*Type one address/],
  ['2001:db8::/32', /^Hopscope looks at one host at a time/],
  ['10.0.0.1-20', /is a range/],
  ['a.example,b.example', /one host at a time/],
  ['127.1', /read it as 127\.0\.0\.1\. Type 127\.0\.0\.1 if/],
  ['0x7f.0.0.1', /Type 127\.0\.0\.1/],
  ['3232235777', /Type 192\.168\.1\.1/],
  ['10.0.0.256', /256 is above 255/],
  ['010.0.0.1', /leading zeros/],
  ['１２７.0.0.1', /Type ordinary digits/],
  ['1.2.3.4;id', /";" cannot stand/],
  ['fe80::1', /link-local.*%eth0/],
  ['::1%lo', /Only link-local/],
  ['fe80::1%2', /not the name of a network interface/],
  ['аpple.com', /mixes Cyrillic and Latin.*xn--/],
  ['ＥＸＡＭＰＬＥ.com', /ordinary ones: example/],
  ['https://user:secret@example.com/', /Type only the host/],
  ['ftp://example.com/', /reads http, https, ws, wss, ssh, tcp/],
  ['tcp://db.internal', /needs a port/],
  ['example.com/path', /Type only the host, or the whole URL/],
  ['user@example.com', /what stands behind the @/],
  ['example.com:', /port behind the colon is missing/],
  ['example.com:080', /"080" is not a port/],
  ['', /Nothing was typed/],
  ['-c', /begins like an option/],
  ['a\u202eb', /U\+202E\) turns the reading direction/],
  ['ping -c 1 127.0.0.1; id', /";" outside quotes/],
  ['ping $(id).example', /"\$" outside quotes/],
  ['curl https://a.example https://b.example', /more than one host/],
  ['ping a.example b.example', /more than one host/],
  ['ping -c 5', /names no host/],
  ["curl 'https://a.example", /not closed/],
  ['ssh -p 0 host', /"0" is not a port/],
  ['ping 10.0.0.0/8', /one host at a time/],
  ['curl http://127.0.0.1@evil.example/', /user name or password/],
]

describe('parseTarget', () => {
  it.each(accepted)('takes %j', (text, wanted) => expect(parseTarget(text)).toEqual({ ok: true, value: wanted }))
  it.each(refused)('refuses %j with a reason', (text, reason) => {
    const result = parseTarget(text)
    expect(result).toMatchObject({ ok: false, error: { code: 'target-invalid', field: 'target' } })
    expect(result.ok ? '' : result.error.message).toMatch(reason)
  })
  it('never takes over an option of a pasted command', () => {
    const result = parseTarget('ping -f -i 0 -s 65500 -I eth9 192.0.2.1')
    expect(result).toEqual({ ok: true, value: { kind: 'ipv4', host: '192.0.2.1', reducedFrom: 'ping command' } })
  })
})
