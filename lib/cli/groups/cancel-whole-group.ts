import { cancelGroup } from '../../actions/groups/cancel-group.ts'
import { lookAtGroup } from '../../actions/groups/look-at-group.ts'
import { type ExitCode, exitCodes, Refusal } from '../../names/refusal.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { openGroup } from './open-group.ts'
import { reportGroup } from './report-group.ts'
import { startWaiting } from '../waiting.ts'

/** `cancel deploy group=…`: all of a group, wherever its apps are, or nothing of it. */
export async function cancelWholeGroup(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { group: id, id: other, process, reason } = invocation.keys
  if (other !== undefined || process !== undefined)
    throw new Refusal({
      code: 'keys_exclude_each_other',
      exit: 'usage',
      message: `group= and ${other === undefined ? 'process' : 'id'}= exclude each other: group= cancels all of a group.`,
      advice: 'tapit cancel deploy group=grp_… , or tapit cancel deploy id=dep_…',
    })
  const { group, open } = await openGroup(id, { invocation, io })
  const waiting = startWaiting(invocation, io)
  try {
    const parts = await lookAtGroup(group, open)
    const events = cancelGroup(group, parts, {
      wait: invocation.flags['wait'] === true,
      signal: waiting.signal,
      ...(reason !== undefined && { reason }),
    })
    const apps = parts.flatMap(part => (part.is === 'known' ? [part.app] : []))
    const { exit } = await reportGroup(events, { invocation, io, apps })
    return exitCodes[exit]
  } finally {
    waiting.end()
  }
}
