/** The views of a session, as the address names them and as people read them. */
export type ViewName = 'path' | 'dns' | 'reach' | 'terminal'

export const VIEW_NAME: Record<ViewName, string> = { path: 'Path', dns: 'DNS', reach: 'Reach', terminal: 'Terminal' }
