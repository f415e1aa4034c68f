/** Whether the page's scripts run yet. */
import { useEffect, useState } from 'react'

/** False until the component is alive in the browser: until then a form would be sent by the browser itself, without our handlers. */
export function useReady(): boolean {
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  return ready
}

/** A form's fields by name, as they stand on the page. Read from the page, since a password manager may fill them before our scripts run. */
export function fieldsOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']))
}
