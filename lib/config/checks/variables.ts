import type { Mistake } from '../mistakes/mistake.ts'
import { ownSettings } from '../resolve-app.ts'
import type { View } from './view.ts'

/** A variable has one value: plain or secret. */
export function checkVariables(view: View): readonly Mistake[] {
  const own = ownSettings(view.settings, view.environment)?.processes ?? {}
  return view.app.processes.flatMap(({ name, env, secrets }) =>
    Object.keys(env)
      .filter(variable => Object.hasOwn(secrets, variable))
      .map(variable => {
        const isOwn = Object.hasOwn(own, name) && Object.hasOwn(own[name]?.env ?? {}, variable)
        const base = isOwn ? ['environments', view.environment, 'processes', name] : ['processes', name]
        return {
          path: [...base, 'env', variable],
          on: 'key' as const,
          message: 'this variable is among the secrets too. Allowed: one of the two.',
        }
      }),
  )
}
