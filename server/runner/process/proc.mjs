/**
 * Reads the process table from /proc: who belongs to a tool, and is a pid still the process it was. Plain JavaScript, because the reaper
 * runs it too and must stay small.
 */
// @ts-check
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * One process. `startTime` is in clock ticks since boot; with the pid it names a process for good.
 * @typedef {{ pid: number, ppid: number, pgid: number, sid: number, startTime: number, state: string }} Proc
 */

/**
 * What is remembered of a started tool. `cwd` is its own empty folder, made for this run only.
 * @typedef {{ pid: number, startTime: number, cwd: string }} Tool
 */

/**
 * The process `pid`, or null if there is none.
 * @param {number} pid
 * @returns {Proc | null}
 */
export function readProc(pid) {
  let text
  try { text = readFileSync(`/proc/${pid}/stat`, 'latin1') } catch { return null }
  // The name may hold spaces and brackets: fields are counted from the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { pid, state: fields[0] ?? 'X', ppid: Number(fields[1]), pgid: Number(fields[2]), sid: Number(fields[3]), startTime: Number(fields[19]) }
}

/**
 * Every process alive now; zombies are left out.
 * @returns {Proc[]}
 */
export function listProcs() {
  /** @type {Proc[]} */
  const found = []
  for (const name of readdirSync('/proc')) {
    if (name < '1' || name > '9999999999') continue
    const proc = readProc(Number(name))
    if (proc !== null && proc.state !== 'Z' && proc.state !== 'X') found.push(proc)
  }
  return found
}

/**
 * Working folder of a process, null when it is gone or may not be read. A folder removed meanwhile keeps its name.
 * @param {number} pid
 * @returns {string | null}
 */
export function cwdOf(pid) {
  try { return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '') } catch { return null }
}

/** Id of this boot: pids and start times of another boot mean nothing. */
export function bootId() {
  try { return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() } catch { return 'unknown' }
}

/**
 * The tool's processes that live: its leader (same pid and start time), the members of its group and session, whoever works in its
 * folder, and all their descendants. A pid or group number that was handed out anew is never taken for the tool's.
 * @param {Tool} tool
 * @param {readonly Proc[]} procs
 * @param {boolean} groupIsOurs true only while our own waiting keeps the group number from being handed out anew
 * @returns {Proc[]}
 */
export function familyOf(tool, procs, groupIsOurs) {
  const leader = procs.find((proc) => proc.pid === tool.pid)
  const leads = leader !== undefined && leader.startTime === tool.startTime
  const trust = leads || (groupIsOurs && leader === undefined)
  const members = new Set()
  for (const proc of procs) {
    if (proc.pid === process.pid || proc.startTime < tool.startTime) continue
    const grouped = trust && (proc.pgid === tool.pid || proc.sid === tool.pid)
    if ((leads && proc.pid === tool.pid) || grouped || cwdOf(proc.pid) === tool.cwd) members.add(proc.pid)
  }
  for (let grew = members.size > 0; grew;) {
    grew = false
    for (const proc of procs) {
      if (members.has(proc.pid) || !members.has(proc.ppid) || proc.startTime < tool.startTime) continue
      members.add(proc.pid)
      grew = true
    }
  }
  return procs.filter((proc) => members.has(proc.pid))
}

/**
 * Sends a signal to a process if it still is the one that was seen. False: it is gone, or may not be signalled.
 * @param {Proc} proc
 * @param {NodeJS.Signals} signal
 */
export function signalProc(proc, signal) {
  if (readProc(proc.pid)?.startTime !== proc.startTime) return false
  try { return process.kill(proc.pid, signal) } catch { return false }
}
