/** Headless Chromium from the system, optionally inside a network namespace; fails the test on CSP violations and page errors. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { ROOT } from './server.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** The three sizes every view is looked at. */
export const SIZES = {
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 2, hasTouch: true, isMobile: true },
} as const
export type Size = keyof typeof SIZES

export interface Chrome {
  /** A fresh, separate person: own cookies, own storage. `faults` collects what must not happen. */
  person(size?: Size): Promise<{ context: BrowserContext; page: Page; faults: string[] }>
  close(): Promise<void>
}

/** `origin`: what relative addresses are relative to. */
export async function startChrome(prefix: readonly string[] = [], origin?: string): Promise<Chrome> {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-chrome-'))
  const browser = await chromium.launch({ executablePath: wrapper(folder, prefix), headless: true, args: FLAGS })
  return {
    person: (size = 'dark') => person(browser, size, origin),
    close: async () => { await browser.close(); rmSync(folder, { recursive: true, force: true }) },
  }
}

/** Chromium is started through a small script, so that it can be given a namespace. */
function wrapper(folder: string, prefix: readonly string[]): string {
  if (prefix.length === 0) return CHROMIUM
  const path = join(folder, 'chromium')
  writeFileSync(path, `#!/bin/sh\nexec ${prefix.join(' ')} ${CHROMIUM} "$@"\n`)
  chmodSync(path, 0o755)
  return path
}

async function person(browser: Browser, size: Size, origin: string | undefined): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext({ ...SIZES[size], timezoneId: 'Europe/Berlin', locale: 'en-GB', ...(origin !== undefined && { baseURL: origin }) })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Refused to/.test(message.text())) faults.push(message.text())
  })
  return { context, page, faults }
}

/** Pictures for people to look at; test/.out is not committed. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = join(ROOT, 'test/.out/pictures')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
