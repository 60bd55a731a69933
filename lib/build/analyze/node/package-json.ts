import { isObject } from '../../../names/is-object.ts'
import { jsonObject } from '../../json-object.ts'

/** What of a package.json says how an app is built and run. */
export type PackageJson = {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  readonly main?: string
  /** The range of "engines", for Node. */
  readonly engine?: string
  /** `pnpm@10.2.0+sha512.…`. */
  readonly packageManager?: string
  readonly hasWorkspaces: boolean
}

/** Absent where the text is no JSON object. */
export function packageJson(text: string): PackageJson | undefined {
  const content = jsonObject(text)
  if (content === undefined) return undefined
  const { main, packageManager, workspaces, engines } = content
  const engine = isObject(engines) ? engines['node'] : undefined
  return {
    scripts: textsIn(content['scripts']),
    dependencies: [
      ...Object.keys(textsIn(content['dependencies'])),
      ...Object.keys(textsIn(content['optionalDependencies'])),
    ],
    devDependencies: Object.keys(textsIn(content['devDependencies'])),
    hasWorkspaces: workspaces !== undefined,
    ...(typeof main === 'string' && main !== '' && { main }),
    ...(typeof engine === 'string' && engine !== '' && { engine }),
    ...(typeof packageManager === 'string' && packageManager !== '' && { packageManager }),
  }
}

/** Nobody writes a longer script by hand. */
const longest = 2000

/** Without a prototype: a script may be called `constructor`. */
function textsIn(value: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null)
  if (!isObject(value)) return texts
  for (const [name, text] of Object.entries(value))
    if (typeof text === 'string' && text !== '' && text.length <= longest) texts[name] = text
  return texts
}
