/** The views of a session, as the address names them and as people read them. */
import type { Pane } from '#lib/session/panes.ts'

export type ViewName = Pane | 'terminal'

/** In the order of the tabs. */
export const VIEWS: readonly ViewName[] = ['path', 'dns', 'reach', 'terminal']

export const VIEW_NAME: Record<ViewName, string> = { path: 'Path', dns: 'DNS', reach: 'Reach', terminal: 'Terminal' }

/** The view that an address path names; null where it names none. */
export const viewIn = (path: string): ViewName | null => VIEWS.find((one) => path.endsWith(`/${one}`)) ?? null
