/** Makes the data and run folders, mode 0700 and owned by the account; never takes over a folder that holds somebody else's files. */
import { closeSync, constants, fchmodSync, fchownSync, fstatSync, mkdirSync, openSync, readdirSync, realpathSync } from 'node:fs'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { Account } from './account.ts'

const MODE = 0o700

/** Makes or adopts one folder. `setting` is named in every problem. `account` null: the account that runs this, no change of owner. */
export function prepareFolder(setting: string, path: string, account: Account | null): Result<string> {
  let fd: number
  let real: string
  try {
    mkdirSync(path, { recursive: true, mode: MODE })
    real = realpathSync(path)
    fd = openSync(real, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (error) {
    return refuse(setting, `${path} cannot be made (${error instanceof Error ? error.message : String(error)}). Choose a folder this account may write to.`)
  }
  try {
    // Everything is done on the descriptor: a name can be pointed elsewhere between two looks.
    const stats = fstatSync(fd)
    const uid = account?.uid ?? process.getuid?.() ?? -1
    if (stats.uid !== uid) {
      const empty = readdirSync(real).length === 0
      if (account === null || !empty) return refuse(setting, `${path} belongs to uid ${stats.uid}${empty ? '' : ' and is not empty'}. Choose another folder, or hand it over: sudo chown -R ${account?.name ?? uid} ${path}`)
      fchownSync(fd, account.uid, account.gid)
    }
    fchmodSync(fd, MODE)
    return ok(real)
  } catch (error) {
    return refuse(setting, `${path} cannot be used (${error instanceof Error ? error.message : String(error)}).`)
  } finally { closeSync(fd) }
}

function refuse(setting: string, message: string): Result<never> { return fail({ code: 'invalid', field: setting, message: `${setting}: ${message}` }) }
