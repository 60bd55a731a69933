import { nearest } from '../../names/nearest.ts'
import { Refusal } from '../../names/refusal.ts'
import { quoted } from '../text/quoted.ts'
import type { DeclaredCommand, DeclaredKey } from './declared-command.ts'
import { parseDuration } from './duration.ts'
import { foreignOptions } from './foreign-spellings.ts'
import { globalFlags } from './global-flags.ts'
import { resolveOption, type Resolved } from './resolve-option.ts'
import { takes } from './takes.ts'
import type { Option } from './tokenize.ts'

/** An option that the command takes, with a value that it allows. A switch that was set to false is left out. */
export type Checked = { readonly name: string; readonly value?: string }

/** The options as the command takes them; refuses unknown and repeated ones, and values that are missing or not allowed. */
export function checkOptions(options: readonly Option[], command: DeclaredCommand): Checked[] {
  const seen = new Map<string, Option>()
  const checked: Checked[] = []
  for (const option of options) {
    const resolved = resolveOption(option, command) ?? refuseUnknown(option, command)
    const name = resolved.kind === 'key' ? resolved.key.name : resolved.flag.name
    const isSwitch = resolved.kind === 'flag' && resolved.flag.value === undefined
    const earlier = seen.get(name)
    const isSameAgain = isSwitch && earlier !== undefined && isOn(earlier) === isOn(option)
    if (isSameAgain) continue
    if (earlier !== undefined) refuseRepeated(option, earlier)
    seen.set(name, option)
    if (!isSwitch) checked.push({ name, value: checkValue(option, resolved, command) })
    else if (isOn(option)) checked.push({ name })
  }
  for (const flag of command.flags) {
    const isGiven = checked.some(({ name }) => name === flag.name)
    const hasNeeded = checked.some(({ name, value = '' }) => name === flag.needs && value.trim() !== '')
    if (isGiven && flag.needs !== undefined && !hasNeeded) refuseWithout(flag.needs, flag.name, command)
  }
  return checked
}

/** Refuses an option that the command does not take, and says which it may have been meant to be. */
export function refuseUnknown(option: Option, command: DeclaredCommand | undefined): never {
  const isKey = option.spelling === 'key'
  const [meant] = suggestions(option, command)
  throw new Refusal({
    code: isKey ? 'unknown_key' : 'unknown_option',
    exit: 'usage',
    message:
      (isKey ? `unknown key ${quoted(option.name)}.` : `unknown option ${quoted(option.typed)}.`) +
      (meant === undefined ? '' : ` Did you mean ${meant}?`),
    advice: command === undefined ? 'tapit --help lists commands and options' : takes(command),
  })
}

function suggestions(option: Option, command: DeclaredCommand | undefined): string[] {
  if (option.spelling === 'short') return option.name === 'v' ? ['--verbose'] : []
  const keys = (command?.keys ?? []).map(key => [key.name, key.name] as const)
  const flags = [...globalFlags, ...(command?.flags ?? [])].map(
    flag => [flag.name, `--${flag.name}`] as const,
  )
  // A flag that was spelled as a key, or the other way round, is the first thing to think of only where it is near.
  const meant = new Map(option.spelling === 'key' ? [...flags, ...keys] : [...keys, ...flags])
  const foreign = meant.get(foreignOptions.get(option.name) ?? '')
  const near = nearest(option.name, [...meant.keys()]).map(name => meant.get(name) ?? name)
  return foreign === undefined ? near : [foreign]
}

function refuseRepeated(option: Option, earlier: Option): never {
  const both = option.typed === earlier.typed ? '' : ` (${earlier.typed} and ${option.typed} are the same)`
  throw new Refusal({
    code: 'repeated_option',
    exit: 'usage',
    message: `${quoted(option.typed)} was given twice${both}.`,
    advice: `once with ${shown(earlier)}, once with ${shown(option)}: leave one out`,
  })
}

function shown({ value }: Option): string {
  return value === undefined ? 'no value' : quoted(value)
}

/** The value of a key or flag as it was typed. Empty is unset, except for what selects: `process=$UNSET` must not deploy everything. */
function checkValue(option: Option, resolved: Resolved, command: DeclaredCommand): string {
  const { value } = option
  const declared: DeclaredKey = resolved.kind === 'key' ? resolved.key : resolved.flag
  if (value === undefined || isMistakenForValue(option, resolved)) refuseMissing(option)
  if (declared.selects === true && value.trim() === '') refuseEmpty(option, command)
  if (value === '' || (declared.blankIsUnset === true && value.trim() === '')) return ''

  const values = declared.list === true ? value.split(',') : [value]
  if (declared.list === true && values.some(part => part.trim() === '')) refuseEmptyPart(option, value)
  for (const part of values) checkAllowed(option, part, declared.allowed)
  checkNumber(option, value, declared)
  const isDuration =
    resolved.kind === 'key' ? resolved.key.duration === true : resolved.flag.value === 'DURATION'
  if (isDuration) parseDuration(value, option.typed)
  return value
}

/** No app's name has a `=`: in `-a $UNSET docker_tag=v1` the key is not the app. */
function isMistakenForValue({ isDetached, value = '' }: Option, { kind }: Resolved): boolean {
  return isDetached && kind === 'flag' && value.includes('=')
}

function checkAllowed(option: Option, value: string, allowed: readonly string[] | undefined): void {
  if (allowed === undefined || allowed.includes(value)) return
  const [meant] = nearest(value, allowed)
  throw new Refusal({
    code: 'value_not_allowed',
    exit: 'usage',
    message: `${option.typed} cannot be ${quoted(value)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    advice: `allowed: ${allowed.join('  ')}`,
  })
}

function checkNumber(option: Option, value: string, { number }: DeclaredKey): void {
  if (number === undefined) return
  const isWithin = /^\d{1,15}$/.test(value) && Number(value) >= number.min && Number(value) <= number.max
  if (isWithin) return
  throw new Refusal({
    code: 'value_not_allowed',
    exit: 'usage',
    message: `${option.typed} must be a whole number from ${number.min} to ${number.max}, not ${quoted(value)}.`,
  })
}

function refuseMissing({ typed }: Option): never {
  throw new Refusal({
    code: 'missing_value',
    exit: 'usage',
    message: `${typed} has no value.`,
    advice: `write ${typed}=VALUE (is a variable not set?); a value that begins with "-" needs the "="`,
  })
}

function refuseEmpty({ typed }: Option, command: DeclaredCommand): never {
  throw new Refusal({
    code: 'empty_value',
    exit: 'usage',
    message: `${typed} is empty. It selects what ${command.words.join(' ')} works on, so empty could mean everything.`,
    advice: 'give it a value (is a variable not set?), or leave it out',
  })
}

function refuseEmptyPart({ typed }: Option, value: string): never {
  throw new Refusal({
    code: 'empty_value',
    exit: 'usage',
    message: `one of the names in ${typed} is empty: ${quoted(value)}.`,
    advice: 'separate names by single commas (is a variable not set?)',
  })
}

function refuseWithout(needed: string, flag: string, command: DeclaredCommand): never {
  throw new Refusal({
    code: 'missing_value',
    exit: 'usage',
    message: `--${flag} needs ${needed}=.`,
    advice: takes(command),
  })
}

/** Whether a switch is on: it is by its name alone. CI systems also spell `--wait=true`, and `--wait=` for one that is not set. */
function isOn({ typed, value }: Option): boolean {
  if (value === undefined || value === 'true') return true
  if (value === 'false' || value === '') return false
  throw new Refusal({
    code: 'value_not_allowed',
    exit: 'usage',
    message: `${typed} is on or off, so it cannot be ${quoted(value)}.`,
    advice: `write ${typed} alone, ${typed}=true or ${typed}=false`,
  })
}
