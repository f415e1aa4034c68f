/** Is this Node able to run Hopscope without losing tool output? */

const UV_MINIMUM = [1, 52] as const

/** One clear line when it is not, else null. libuv before 1.52 drops the end of what a terminal program printed. */
export function runtimeProblem(versions: { node: string; uv: string }): string | null {
  const [major = 0, minor = 0] = versions.uv.split('.').map(Number)
  if (major > UV_MINIMUM[0] || (major === UV_MINIMUM[0] && minor >= UV_MINIMUM[1])) return null
  return `Node ${versions.node} (libuv ${versions.uv}) loses the end of tool output; Hopscope needs Node 24.16 or newer. Start it with npm start, which brings its own.`
}
