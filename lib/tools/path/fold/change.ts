/**
 * Tells routers that take turns at a TTL (ECMP: one set) from a change of route (another set). Packets of changing flows are
 * hashed to members at random, so members recur; after a change the routers of before do not. Hence a change is: answers in a
 * row, in order of probes, none from the set, and so many of them that turns are as good as ruled out:
 * - the set had one member over 10 answers or more: 3 in a row;
 * - it had k members: 6 or 3 k in a row, whichever is more;
 * - it is not known well yet (4 to 9 answers, all from one): 8 in a row, all from one other;
 * - before that, or in any other case of fewer than 10 answers, the set is still growing: a new address joins it.
 * One answer from the set ends the row: all in it have joined the set.
 */
import type { HopState } from './hop.ts'
import { ROLE, type ResponderState } from './responders.ts'
import type { PathState } from './state.ts'

/** Answers after which a set counts as known. */
const KNOWN_AFTER = 10
const KNOWN_LITTLE_AFTER = 4
const ROW_AFTER_ONE = 3
const ROW_AFTER_SEVERAL = 6
const ROW_PER_MEMBER = 3
const ROW_AFTER_LITTLE = 8

/** Takes in who answered a probe of the epoch. True: with this answer the route is known to have changed. */
export function watchAnswer(view: PathState, hop: HopState, responder: ResponderState, probe: number): boolean {
  const { watch } = hop
  // An answer that was overtaken says nothing about the order of things.
  if (probe <= watch.lastProbe) return joined(view, responder, ROLE.member)
  watch.lastProbe = probe
  if (responder.role === ROLE.member) {
    if (watch.streak > 0) settle(hop)
    watch.settled++
    return false
  }
  watch.sender = watch.streak === 0 || watch.sender === responder.index ? responder.index : -1
  if (watch.streak === 0) watch.firstProbe = probe
  watch.streak++
  joined(view, responder, ROLE.candidate)
  const needed = rowNeeded(hop)
  if (needed === 0) settle(hop)
  return needed > 0 && watch.streak >= needed
}

function joined(view: PathState, responder: ResponderState, role: typeof ROLE.member | typeof ROLE.candidate): false {
  if (responder.role === ROLE.former) {
    responder.role = role
    view.revision++
  }
  return false
}

/** Answers in a row that a change takes; 0: the set is still growing. */
function rowNeeded({ table, watch }: HopState): number {
  const members = table.reduce((sum, one) => sum + Number(one.role === ROLE.member), 0)
  if (members === 0) return 0
  if (watch.settled >= KNOWN_AFTER) return members === 1 ? ROW_AFTER_ONE : Math.max(ROW_AFTER_SEVERAL, ROW_PER_MEMBER * members)
  return members === 1 && watch.settled >= KNOWN_LITTLE_AFTER && watch.sender >= 0 ? ROW_AFTER_LITTLE : 0
}

/** Everybody in the row is part of the set. */
function settle({ table, watch }: HopState): void {
  for (const one of table) if (one.role === ROLE.candidate) one.role = ROLE.member
  watch.settled += watch.streak
  watch.streak = 0
}
