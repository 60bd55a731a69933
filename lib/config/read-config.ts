import { Refusal } from '../names/refusal.ts'
import { checkFile, checkSettings } from './checks/check-settings.ts'
import { formed } from './form-mistakes.ts'
import type { Mistake, Path } from './mistakes/mistake.ts'
import { placed, type PlacedMistake } from './mistakes/placed-mistake.ts'
import { refuseMistakes } from './mistakes/refuse-mistakes.ts'
import { type Plain, plainValues } from './plain-values.ts'
import { pruned } from './pruned.ts'
import { checkSize, readText } from './read-text.ts'
import { environmentsOf } from './resolve-app.ts'
import type { TapitFile } from './schema.ts'
import { readYaml } from './yaml/read-yaml.ts'
import type { Source } from './yaml/source.ts'
import { stepInto } from './yaml/step-into.ts'

/** A tapit.yml that is good for all of its environments. */
export type TapitConfig = {
  /** As messages name it. */
  readonly file: string
  readonly settings: TapitFile
  /** In the order of the file; production alone where it names none. */
  readonly environments: readonly string[]
}

/** Reads a tapit.yml, or refuses it with every mistake in it: `tapit.yml:12:5: processes.worker.cpu: 300 is not allowed. …`. */
export function readConfig(file: string): TapitConfig {
  const text = readText(file)
  if (text === undefined)
    throw new Refusal({ code: 'no_config', exit: 'usage', message: `there is no file ${file}.` })
  return parseConfig(text, file)
}

/** The same of a text; `file` is what messages call it. */
export function parseConfig(text: string, file: string): TapitConfig {
  checkSize(text, file)
  const { root, mistakes } = readYaml(text)
  const refuse = (more: readonly PlacedMistake[]): never =>
    refuseMistakes([...mistakes, ...more], { file, text })
  if (root === undefined) return refuse(mistakes.length === 0 ? [{ at: 0, path: [], message: isEmpty }] : [])
  if (root.is === 'scalar' && root.value === null) return refuse([{ at: 0, path: [], message: isEmpty }])
  if (root.is !== 'map') return refuse([{ at: root.at, path: [], message: noMap }])

  const value = plainValues(root)
  const form = formed(value, path => textAt(root, path))
  if (form.settings === undefined) {
    const more = furtherMistakes(value, form.mistakes)
    return refuse([...form.mistakes, ...more].map(mistake => placed(mistake, root)))
  }
  const wrong = checkSettings(form.settings)
  if (mistakes.length > 0 || wrong.length > 0) return refuse(wrong.map(mistake => placed(mistake, root)))
  return { file, settings: form.settings, environments: environmentsOf(form.settings) }
}

/** What is also wrong where the form is good: somebody mends all of it at once. What could follow from the mistakes of form is left out. */
function furtherMistakes(value: Plain, mistakes: readonly Mistake[]): readonly Mistake[] {
  const { settings } = formed(pruned(value, mistakes), () => undefined)
  if (settings === undefined) return []
  const blamed = mistakes.map(({ path }) => sectionOf(path))
  return checkFile(settings).filter(
    ({ path }) =>
      !blamed.some(section => section === sectionOf(path) || section.startsWith(`${path.join('.')}.`)),
  )
}

/** What stands in a list depends on the rest of it, other things stand by themselves. */
function sectionOf([section, name]: Path): string {
  return typeof name === 'number' ? `${section}` : `${section}.${name}`
}

/** As it is written: `0111`, where YAML sees the number 111. */
function textAt(root: Source, path: Path): string | undefined {
  const found = path.reduce<Source | undefined>(
    (source, step) => source && stepInto(source, step)?.value,
    root,
  )
  return found?.is === 'scalar' ? found.text : undefined
}

const isEmpty = 'the file is empty. `tapit init` writes one.'
const noMap = 'the file must hold keys and values, such as `app: shop`.'
