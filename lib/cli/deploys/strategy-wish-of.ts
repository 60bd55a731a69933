import type { StrategyWish } from '../../actions/plan/strategy-of-process.ts'
import { Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'

/** Settings of a strategy that can be changed for one deploy: the key on the command line, and in tapit.yml. */
const settings = {
  canary_percent: 'canaryPercent',
  canary_bake_minutes: 'canaryBakeMinutes',
  step_percent: 'stepPercent',
  step_bake_minutes: 'stepBakeMinutes',
  bake_minutes: 'bakeMinutes',
  minimum_healthy_percent: 'minimumHealthyPercent',
  maximum_percent: 'maximumPercent',
  failure_threshold: 'failureThreshold',
  pause_before: 'pauseBefore',
  pause_timeout_minutes: 'pauseTimeoutMinutes',
  on_pause_timeout: 'onPauseTimeout',
} as const

type Key = keyof typeof settings

/** How traffic is to move this time; absent where nothing was said of it. What a strategy allows is judged with the strategy. */
export function strategyWishOf(keys: Invocation['keys']): StrategyWish | undefined {
  const { strategy: name } = keys
  const given = Object.entries(settings).flatMap(([key, setting]) => {
    const value = keys[key]
    return value === undefined || !isKey(key) ? [] : [[setting, valueOf(key, value)] as const]
  })
  if (name === undefined && given.length === 0) return undefined
  return {
    ...(name !== undefined && { name }),
    ...(given.length > 0 && { overrides: Object.fromEntries(given) }),
  }
}

function isKey(key: string): key is Key {
  return Object.hasOwn(settings, key)
}

function valueOf(key: Key, text: string): number | string | readonly string[] {
  switch (key) {
    case 'on_pause_timeout':
      return text
    case 'pause_before':
      return momentsOf(text)
    case 'failure_threshold':
      return /^\d+%$/.test(text) ? text : numberOf(key, text)
    default:
      return numberOf(key, text)
  }
}

/** `none` is no pause at all; with another one beside it nobody could tell what was meant. */
function momentsOf(text: string): readonly string[] {
  const moments = listed(text)
  if (!moments.includes('none')) return moments
  if (moments.length === 1) return []
  throw new Refusal({
    code: 'bad_value',
    exit: 'usage',
    message: `pause_before=${text} says both that there is a pause and that there is none.`,
    advice: 'Allowed: none, or one or several of switch, step, finalize.',
  })
}

function numberOf(key: Key, text: string): number {
  const number = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(number)) return number
  throw new Refusal({
    code: 'bad_value',
    exit: 'usage',
    message: `${key}=${text} is not a number.`,
    advice:
      key === 'failure_threshold'
        ? 'Allowed: a number of tasks from 1 to 200, or a share from 1% to 100%.'
        : `Allowed: a number such as ${key}=${key.endsWith('percent') ? 25 : 10}.`,
  })
}
