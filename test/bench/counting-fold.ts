/** A fold that only counts, so that the storage benchmark measures the store. */
import { fold as product } from '#server/web/sessions/session-fold.ts'
import type { SessionFold } from '#server/web/sessions/options.ts'

export const fold: SessionFold = {
  ...product,
  applyEvent(view, event) {
    view.seq = event.seq
    view.atMs = event.atMs
  },
}
