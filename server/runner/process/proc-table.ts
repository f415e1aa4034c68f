/** The process table, read once for everybody who asks in one turn: programs that run side by side tend to end side by side. */
import { listProcs, type Proc } from './proc.mjs'

export interface ProcTable {
  /** Every process alive at a moment after this call. */
  next(): Promise<readonly Proc[]>
}

export function createProcTable(): ProcTable {
  let coming: Promise<readonly Proc[]> | null = null
  const read = (): Promise<readonly Proc[]> => new Promise((resolve) => {
    setImmediate(() => {
      coming = null
      resolve(listProcs())
    })
  })
  return { next: () => coming ??= read() }
}
