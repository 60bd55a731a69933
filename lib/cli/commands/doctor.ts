import { Refusal } from '../../names/refusal.ts'
import type { Handler, Invocation } from '../command.ts'

/** Whether all is there that a deploy needs; with `scope=infra`, what a `cdk deploy` would spoil of what runs now. */
export const doctor: Handler = async (invocation, io) => {
  if (isAboutChange(invocation))
    return (await import('../doctor/examine-change.ts')).examineChange(invocation, io)
  return (await import('../doctor/check-up.ts')).checkUpApp(invocation, io)
}

/** Its keys say so as well. */
function isAboutChange({ keys }: Invocation): boolean {
  const { scope, template, change_set: changeSet, stack } = keys
  const given = Object.entries({ template, change_set: changeSet, stack }).find(
    ([, value]) => value !== undefined,
  )
  if (scope === 'app' && given !== undefined) {
    throw new Refusal({
      code: 'keys_exclude_each_other',
      exit: 'usage',
      message: `${given[0]}= is of scope=infra: what runs now is looked at without it.`,
      advice: `tapit doctor scope=infra ${given[0]}=…`,
    })
  }
  return scope === 'infra' || given !== undefined
}
