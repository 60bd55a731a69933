import { builtInStrategies } from '../built-in-strategies.ts'
import type { Mistake, Path } from '../mistakes/mistake.ts'
import { environmentsOf } from '../resolve-app.ts'
import type { PolicySettings, TapitFile } from '../schema.ts'
import { quote } from '../wording/quote.ts'
import { unknownName } from './unknown-name.ts'

/** Each policy by itself, and that what it names is there: a policy that matches nothing guards nothing. */
export function checkPolicies(settings: TapitFile): readonly Mistake[] {
  const { policies = [], processes, strategies = {} } = settings
  const known = {
    environments: environmentsOf(settings),
    processes: Object.keys(processes),
    strategies: [...Object.keys(strategies), ...builtInStrategies.map(({ name }) => name)],
  }
  return policies.flatMap((policy, index) => {
    const path = ['policies', index]
    return [
      ...checkName(policy, policies.slice(0, index), path),
      ...checkPolicy(policy, path),
      ...unknownNames(policy.environments, {
        what: 'environment',
        names: known.environments,
        path: [...path, 'environments'],
      }),
      ...unknownNames(policy.processes, {
        what: 'process',
        names: known.processes,
        path: [...path, 'processes'],
      }),
      ...unknownNames(policy.strategies, {
        what: 'strategy',
        names: known.strategies,
        path: [...path, 'strategies'],
      }),
    ]
  })
}

/** What can be said of a policy without the rest of the file. */
export function checkPolicy(policy: PolicySettings, path: Path): readonly Mistake[] {
  return [...checkApprovers(policy, path), ...checkTimes(policy, path)]
}

type Known = { readonly what: string; readonly names: readonly string[]; readonly path: Path }

function unknownNames(said: readonly string[] = [], { what, names, path }: Known): readonly Mistake[] {
  return said.flatMap((name, index) => unknownName({ what, name, names, path: [...path, index] }))
}

function checkName(
  { name }: PolicySettings,
  earlier: readonly PolicySettings[],
  path: Path,
): readonly Mistake[] {
  return earlier.some(other => other.name === name)
    ? [
        {
          path: [...path, 'name'],
          message: `${quote(name)} is the name of another policy. Allowed: a name of its own.`,
        },
      ]
    : []
}

function checkApprovers(policy: PolicySettings, path: Path): readonly Mistake[] {
  if (policy.effect === 'require_approval')
    return policy.approvers === undefined
      ? [
          {
            path: [...path, 'approvers'],
            message:
              'is missing: nobody could approve. Allowed: a list such as ["111122223333:role/senior-*"].',
          },
        ]
      : []
  return (['approvers', 'approvals', 'timeToReplyMinutes', 'allowedTimeToExecuteMinutes'] as const)
    .filter(key => Object.hasOwn(policy, key))
    .map(key => ({
      path: [...path, key],
      on: 'key',
      message: `is not allowed with effect ${policy.effect}. Allowed with effect require_approval.`,
    }))
}

function checkTimes({ from, until }: PolicySettings, path: Path): readonly Mistake[] {
  return from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)
    ? [
        {
          path: [...path, 'until'],
          message: `${quote(until)} is not allowed. Allowed: later than from, which is ${from}.`,
        },
      ]
    : []
}
