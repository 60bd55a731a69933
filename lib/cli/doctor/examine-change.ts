import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { examineInfrastructure, type Wish } from '../../actions/doctor/examine-infrastructure.ts'
import { severityOf } from '../../actions/doctor/finding.ts'
import { readTemplate, type Template } from '../../actions/doctor/template.ts'
import { findConfigFile } from '../../config/find-config-file.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler, Invocation } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'
import { quoted } from '../text/quoted.ts'

/** Says what a `cdk deploy` would spoil of what runs now. */
export const examineChange: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const stack = invocation.keys['stack'] ?? context.cluster
  const next = await nextOf(invocation.keys, { stack, folder: io.cwd })
  const findings = await examineInfrastructure(
    { ...context, stack, next },
    { ...context, ...context.infrastructure },
  )
  const examined = { app: context.cluster, stack, findings }
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json/doctor-document.ts')).doctorDocument(examined),
      text: async view => (await import('../report/doctor.ts')).showDoctor(examined, view),
    },
  )
  const isRefused = findings.some(finding => severityOf(finding) === 'refuse')
  return isRefused ? exitCodes.refused : exitCodes.done
}

type Place = { readonly stack: string; readonly folder: string }

async function nextOf(keys: Invocation['keys'], place: Place): Promise<Wish['next']> {
  const { change_set: changeSet, template } = keys
  if (changeSet === undefined)
    return template === undefined ? synthesized(place) : templateAt(template, place)
  if (template === undefined) return { changeSet }
  throw new Refusal({
    code: 'two_changes',
    exit: 'usage',
    message: 'template= and change_set= were both given.',
    advice: 'Leave one of them out.',
  })
}

/** What lies where the CDK puts it, here or beside tapit.yml, unless tapit.yml says something else by now. */
async function synthesized(place: Place): Promise<Template> {
  const config = findConfigFile(place.folder)
  const inFolder = join('cdk.out', `${place.stack}.template.json`)
  const besideConfig = config === undefined ? '' : relative(place.folder, dirname(config))
  const path = existsSync(resolve(place.folder, inFolder)) ? inFolder : join(besideConfig, inFolder)
  if (config !== undefined && (await isOlder(resolve(place.folder, path), config))) {
    throw new Refusal({
      code: 'stale_template',
      exit: 'usage',
      message: `${quoted(path)} was synthesized before ${relative(place.folder, config)} changed.`,
      advice: 'npx cdk synth -q',
    })
  }
  return templateAt(path, place)
}

/** What is not there is not old. */
async function isOlder(path: string, than: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([stat(path), stat(than)])
    return one.mtimeMs < other.mtimeMs
  } catch {
    return false
  }
}

async function templateAt(path: string, { stack, folder }: Place): Promise<Template> {
  try {
    return readTemplate(await readFile(resolve(folder, path), 'utf8'), quoted(path))
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error)) throw error
    const isAbsent = 'code' in error && error.code === 'ENOENT'
    throw new Refusal({
      code: 'no_template',
      exit: 'usage',
      message: isAbsent
        ? `there is no template ${quoted(path)}.`
        : `${quoted(path)} cannot be read: ${error.message}.`,
      advice: `npx cdk synth -q, which writes cdk.out/${stack}.template.json; or say template=PATH, or change_set=NAME`,
      cause: error,
    })
  }
}
