import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder `shop` with these files in it, until the test has ended. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}, name = 'shop'): string {
  const above = mkdtempSync(join(tmpdir(), 'tapit-init-'))
  onTestFinished(() => rmSync(above, { recursive: true, force: true }))
  const folder = join(above, name)
  mkdirSync(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
