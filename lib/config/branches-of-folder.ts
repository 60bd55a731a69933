import { relative } from 'node:path'
import { findConfigFile } from './find-config-file.ts'
import { refuseMistakes } from './mistakes/refuse-mistakes.ts'
import { checkSize, readText } from './read-text.ts'
import { memberOf } from './yaml/member-of.ts'
import { readYaml } from './yaml/read-yaml.ts'
import { textOf } from './yaml/text-of.ts'

/** Which branch deploys to which environment, as a folder's tapit.yml says it. */
export type FolderBranches = {
  readonly app?: string
  /** By environment, in the order of the file. */
  readonly branches: ReadonlyMap<string, string>
  /** As messages name it. */
  readonly file: string
}

/** Reads only that much of the tapit.yml in this folder or one above; absent if there is none. */
export function branchesOfFolder(folder: string): FolderBranches | undefined {
  const path = findConfigFile(folder)
  const text = path === undefined ? undefined : readText(path)
  if (path === undefined || text === undefined) return undefined
  const file = relative(folder, path)
  checkSize(text, file)
  const { root, isBroken, mistakes } = readYaml(text)
  if (isBroken) refuseMistakes(mistakes, { file, text })
  const app = textOf(root, 'app')
  const environments = memberOf(root, 'environments')
  const entries = environments?.is === 'map' ? [...environments.entries] : []
  return {
    file,
    branches: new Map(
      entries.flatMap(([name, { value }]) => {
        const branch = textOf(value, 'branch')
        return branch === undefined ? [] : [[name, branch] as const]
      }),
    ),
    ...(app !== undefined && { app }),
  }
}
