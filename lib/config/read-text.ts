import { readFileSync, statSync } from 'node:fs'
import { Refusal } from '../names/refusal.ts'

/** Reading YAML takes a second for that much already: a larger file is refused before it is parsed. */
const largestFile = 256 * 1024

/** The text of a tapit.yml; absent if there is none. */
export function readText(file: string): string | undefined {
  try {
    // A pipe would be waited for.
    if (!statSync(file).isFile()) throw new Error('it is no file')
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if ('code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw new Refusal({
      code: 'unreadable_config',
      exit: 'usage',
      message: `${file} cannot be read: ${error.message}`,
      cause: error,
    })
  }
}

/** Refuses a text that is too large to be parsed. */
export function checkSize(text: string, file: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= largestFile) return
  throw new Refusal({
    code: 'bad_config',
    exit: 'usage',
    message: `${file} is ${Math.ceil(bytes / 1024)} KB; at most ${largestFile / 1024} KB are read.`,
  })
}
