/** Lets a child notice that the launcher died, even by kill -9: then nobody holds the other end of its stdin. */

/** Calls `onGone` once when stdin ends, if this process was started with `--supervised`; does nothing otherwise. */
export function onLauncherGone(onGone: () => void, argv: readonly string[] = process.argv): void {
  if (!argv.includes('--supervised')) return
  process.stdin.on('error', () => undefined)
  process.stdin.once('close', onGone)
  process.stdin.resume()
}
