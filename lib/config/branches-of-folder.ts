import { memberOf } from './yaml/member-of.ts'
import { textOf } from './yaml/text-of.ts'
import { yamlOfFolder } from './yaml-of-folder.ts'

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
  const found = yamlOfFolder(folder)
  if (found === undefined) return undefined
  const { file, root } = found
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
