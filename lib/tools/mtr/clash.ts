/** Which runs must not go on beside an mtr, because mtr takes the one's answers for the other's. */
import type { RunParts } from '../tool.ts'

/**
 * mtr 0.95 (packet/probe.c, find_probe) never checks whose TCP probe an ICMP error quotes: if the quoted source port equals the number of
 * a probe of its own that still waits, it takes the error as its answer. Numbers and ports both count from 33000, so an mtr over TCP gives
 * false answers to every other mtr of its family on the same host, whatever the targets. Over UDP it checks ports and addresses.
 */
export function mtrClash(mine: RunParts, other: RunParts): string | null {
  if (!runsMtr(other) || mine.target.family !== other.target.family || !(isTcp(mine) || isTcp(other))) return null
  const its = `${other.tool} over ${protocolOf(other).toUpperCase()} to ${other.target.host}`
  return `A run of ${its} is going on, and mtr over TCP would falsify it, or be falsified by it: mtr takes the one's answers for the other's (a defect of mtr 0.95). Stop that run first, or trace with traceroute over TCP.`
}

const runsMtr = ({ tool }: RunParts): boolean => tool === 'mtr' || tool === 'pathping'
const protocolOf = ({ options }: RunParts): string => ('protocol' in options ? String(options.protocol) : '')
const isTcp = (run: RunParts): boolean => protocolOf(run) === 'tcp'
