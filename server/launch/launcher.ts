/** Starts runner and web, watches both, and stops them in order. */
import { join } from 'node:path'
import { configEnv } from '../config.ts'
import { superviseChild, type Child } from './child.ts'
import type { Prepared } from './prepare.ts'

/** Together under the 10 s that a service manager waits. */
const WEB_PATIENCE_MS = 6_000
const RUNNER_PATIENCE_MS = 3_000

/** Exact environment of a child: settings, where programs are, the time zone, and nothing of the caller's. */
export function childEnv(prepared: Prepared, caller: NodeJS.ProcessEnv): Record<string, string> {
  const zone = caller['TZ']
  return {
    ...configEnv(prepared.config),
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: prepared.config.dataDir,
    LANG: 'C.UTF-8',
    NODE_ENV: prepared.config.dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    ...(zone === undefined || zone === '' ? {} : { TZ: zone }),
  }
}

/** Runs until a signal or until a child is beyond help. `env` is what `childEnv` made. Resolves with the exit code. */
export function launch(prepared: Prepared, env: Readonly<Record<string, string>>, log: (line: string) => void): Promise<number> {
  const { view, drop } = prepared
  // Nobody's JSON reaches a prototype through `__proto__` (S27). The development server's own tools are not held to that.
  const node = prepared.config.dev ? [] : ['--disable-proto=delete']
  const flags = ['--supervised', ...(prepared.config.dev ? ['--dev'] : [])]
  return new Promise((resolve) => {
    let ending = false
    const end = (code: number): void => {
      if (ending) return
      ending = true
      void stopBoth().then(() => resolve(code))
    }
    const child = (name: string, before: readonly string[], script: string): Child => superviseChild({
      name, log, env, cwd: view.root,
      command: [...before, view.node, ...node, join(view.root, script), ...flags],
      onGivenUp(why) { log(`giving up: ${why}`); end(1) },
    })
    const runner = child('runner', drop.runner, 'server/runner/main.ts')
    const web = child('web', drop.web, 'server/web/main.ts')
    async function stopBoth(): Promise<void> {
      await web.stop(WEB_PATIENCE_MS)
      await runner.stop(RUNNER_PATIENCE_MS)
    }
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => { if (!ending) log('stopping'); end(0) })
  })
}
