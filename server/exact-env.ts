/** Environments that hold exactly what is written down, for child processes. */

/** The same variables as Node's type for environments (to which Next's types add a required NODE_ENV that a child need not have). */
export function exactEnv(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...variables } as NodeJS.ProcessEnv
}
