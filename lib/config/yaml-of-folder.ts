import { relative } from 'node:path'
import { findConfigFile } from './find-config-file.ts'
import { refuseMistakes } from './mistakes/refuse-mistakes.ts'
import { checkSize, readText } from './read-text.ts'
import { readYaml } from './yaml/read-yaml.ts'
import type { Source } from './yaml/source.ts'

export type FolderYaml = {
  /** As messages name it. */
  readonly file: string
  readonly root: Source | undefined
}

/** The tapit.yml in this folder or one above, as YAML alone; absent if there is none. */
export function yamlOfFolder(folder: string): FolderYaml | undefined {
  const path = findConfigFile(folder)
  const text = path === undefined ? undefined : readText(path)
  if (path === undefined || text === undefined) return undefined
  const file = relative(folder, path)
  checkSize(text, file)
  const { root, isBroken, mistakes } = readYaml(text)
  if (isBroken) refuseMistakes(mistakes, { file, text })
  return { file, root }
}
