import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseDocument } from 'yaml'
import { Refusal } from '../names/refusal.ts'

/** What a folder's tapit.yml says of the app, as far as the deploy commands need it. */
export type FolderApp = { readonly app: string; readonly region?: string; readonly file: string }

/** YAML's check for unique keys takes quadratic time: a larger file is refused before it is parsed. */
const largestFile = 256 * 1024

/** Reads `app` and `region` of the tapit.yml in this folder or one above; absent if there is none. */
export function appOfFolder(folder: string): FolderApp | undefined {
  const file = join(folder, 'tapit.yml')
  const text = read(file)
  if (text !== undefined) return parse(file, text)
  const above = dirname(folder)
  return above === folder ? undefined : appOfFolder(above)
}

function read(file: string): string | undefined {
  try {
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

function parse(file: string, text: string): FolderApp {
  if (text.length > largestFile)
    refuse(file, `is ${Math.round(text.length / 1024)} KB; at most ${largestFile / 1024} KB are read.`)
  const document = parseDocument(text)
  const [error] = document.errors
  if (error) refuse(file, `is not valid YAML: ${error.message.split('\n')[0]}`)
  const app: unknown = document.get('app')
  const region: unknown = document.get('region')
  if (typeof app !== 'string' || app === '')
    refuse(file, 'does not say which app it is: it needs a line like `app: shop`.')
  return { app, file, ...(typeof region === 'string' && { region }) }
}

function refuse(file: string, what: string): never {
  throw new Refusal({ code: 'bad_config', exit: 'usage', message: `${file} ${what}` })
}
