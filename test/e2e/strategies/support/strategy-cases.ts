import type { Moment } from './moments.ts'
import type { PublishedStrategy } from './publish-strategy.ts'

/** A strategy, at a process, as it is asked for on the command line. */
export type StrategyCase = {
  readonly name: string
  readonly process: 'default' | 'worker'
  readonly argv: readonly string[]
  /** Whether it moves traffic between two target groups. */
  readonly moves: boolean
}

/** Each takes a few seconds: a minute is less than half of one. */
export const cases: readonly StrategyCase[] = [
  { name: 'rolling', process: 'default', argv: ['strategy=rolling'], moves: false },
  {
    name: 'blue_green',
    process: 'default',
    argv: ['strategy=blue_green', 'bake_minutes=2'],
    moves: true,
  },
  {
    name: 'canary',
    process: 'default',
    argv: ['strategy=canary', 'canary_percent=20', 'canary_bake_minutes=2', 'bake_minutes=1'],
    moves: true,
  },
  {
    name: 'linear',
    process: 'default',
    argv: ['strategy=linear', 'step_percent=40', 'step_bake_minutes=2', 'bake_minutes=1'],
    moves: true,
  },
  { name: 'all_at_once', process: 'default', argv: ['strategy=all_at_once'], moves: true },
  {
    name: 'blue_green of a worker',
    process: 'worker',
    argv: ['strategy=blue_green', 'bake_minutes=2'],
    moves: false,
  },
]

/** As CDK would publish them: what is wrong after the switch takes them back. */
export const watched: Readonly<Record<string, PublishedStrategy>> = {
  'watched-rolling': { type: 'rolling', rollbackOn: [{ metric: 'http.error_rate', above: 5 }] },
  'watched-blue-green': {
    type: 'blue_green',
    bakeMinutes: 30,
    rollbackOn: [{ metric: 'http.error_rate', above: 5 }],
  },
  'watched-canary': {
    type: 'canary',
    canaryPercent: 20,
    canaryBakeMinutes: 30,
    bakeMinutes: 1,
    rollbackOn: [{ metric: 'http.error_rate', above: 5 }],
  },
  'watched-linear': {
    type: 'linear',
    stepPercent: 25,
    stepBakeMinutes: 30,
    bakeMinutes: 1,
    rollbackOn: [{ metric: 'http.error_rate', above: 5 }],
  },
}

/** Where one deployment is stopped, and what the record calls that. */
export type Stop = StrategyCase & { readonly moment: Moment; readonly stage: string }

/** The moments of each strategy at which somebody could act. What a strategy does not have, such as a step of blue_green, is not there. */
const momentsOf: Readonly<Record<string, readonly Moment[]>> = {
  // ECS calls it successful as soon as the last old task is told to go.
  rolling: ['while its tasks start', 'while its tasks are checked', 'while half of its tasks are there'],
  blue_green: [
    'while its tasks start',
    'while its tasks are checked',
    'while it waits before the switch',
    'while it bakes',
    'while the old tasks go',
  ],
  canary: [
    'while its tasks start',
    'while its tasks are checked',
    'while it waits before the switch',
    'at its first step',
    'at its second step',
    'while it bakes',
  ],
  linear: [
    'while its tasks start',
    'while its tasks are checked',
    'while it waits before the switch',
    'at its first step',
    'at its second step',
    'at its last step',
    'while it bakes',
    'while the old tasks go',
  ],
  all_at_once: [
    'while its tasks start',
    'while its tasks are checked',
    'while it waits before the switch',
    'while the old tasks go',
  ],
  'blue_green of a worker': [
    'while its tasks start',
    'while its tasks are checked',
    'while it waits before the switch',
    'while it bakes',
    'while the old tasks go',
  ],
}

const stages: Readonly<Record<Moment, string>> = {
  'while its tasks start': 'starting_candidate',
  'while its tasks are checked': 'checking_readiness',
  'while half of its tasks are there': 'starting_candidate',
  'while it waits before the switch': 'switching_route',
  'at its first step': 'switching_route',
  'at its second step': 'switching_route',
  'at its last step': 'switching_route',
  'while it bakes': 'switching_route',
  'while the old tasks go': 'draining_previous',
}

/** What makes a deployment come there. */
const more: Partial<Readonly<Record<Moment, readonly string[]>>> = {
  'while half of its tasks are there': ['maximum_percent=150'],
  'while it waits before the switch': ['pause_before=switch'],
}

export const stops: readonly Stop[] = cases.flatMap(each =>
  (momentsOf[each.name] ?? []).map(moment => ({
    ...each,
    moment,
    stage: stages[moment],
    argv: [...each.argv, ...(more[moment] ?? [])],
  })),
)
