/** Which runs may stand beside an mtr. */
import { describe, expect, it } from 'vitest'
import type { ToolId } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { TOOLS } from '#lib/tools/index.ts'
import { mtrClash } from '#lib/tools/mtr/clash.ts'
import type { RunParts } from '#lib/tools/tool.ts'

const run = (tool: ToolId, protocol: string, address = '203.0.113.9'): RunParts => {
  const target: PinnedTarget = { host: address, address, family: address.includes(':') ? 6 : 4, addresses: [address] }
  return { tool, options: protocol === '' ? {} : { protocol }, target }
}

describe('mtr over TCP', () => {
  it.each([
    [run('mtr', 'tcp'), run('mtr', 'icmp')], [run('mtr', 'icmp'), run('mtr', 'tcp', '198.51.100.1')], [run('mtr', 'tcp'), run('mtr', 'tcp')],
    [run('pathping', 'tcp'), run('mtr', 'udp')], [run('mtr', 'udp'), run('pathping', 'tcp')], [run('mtr', 'tcp', '2001:db8::1'), run('mtr', 'icmp', '2001:db8::2')],
  ])('does not stand beside another mtr of its family: %j, %j', (mine, other) => {
    const said = mtrClash(mine, other)
    expect(said).toContain(other.target.host)
    expect(said).toContain('traceroute over TCP')
  })

  it.each([
    [run('mtr', 'icmp'), run('mtr', 'udp')], [run('mtr', 'icmp'), run('mtr', 'icmp')], [run('mtr', 'tcp'), run('ping', '')], [run('mtr', 'tcp'), run('pmtu', '')],
    [run('mtr', 'tcp'), run('traceroute', 'tcp')], [run('mtr', 'tcp'), run('mtr', 'icmp', '2001:db8::1')], [run('pathping', 'icmp'), run('mtr', 'udp')],
  ])('lets through what cannot be mistaken: %j, %j', (mine, other) => expect(mtrClash(mine, other)).toBeNull())

  it('is asked for both tools that run mtr, and for no other', () => {
    expect(Object.values(TOOLS).filter((tool) => 'clash' in tool).map((tool) => tool.id)).toEqual(['mtr', 'pathping'])
  })
})
