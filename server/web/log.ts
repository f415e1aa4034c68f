/** One line per noteworthy happening. Never a secret, never raw bytes of a target; control characters are escaped. */

export type LogFields = Record<string, string | number | boolean | null>

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** A bug or a broken machine: `error` may hold a stack. */
  error(message: string, error: unknown, fields?: LogFields): void
}

/** Lines like `[web] warn: a download was cut off {"route":"export.csv"}`, through `write`. */
export function lineLog(write: (line: string) => void): Log {
  const line = (level: string, message: string, fields: LogFields): void =>
    write(`[web] ${level}: ${message}${Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`}`)
  return {
    info: (message, fields = {}) => line('info', message, fields),
    warn: (message, fields = {}) => line('warn', message, fields),
    error: (message, error, fields = {}) => line('error', message, { ...fields, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  }
}
