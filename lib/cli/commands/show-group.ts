import { lookAtGroup } from '../../actions/groups/look-at-group.ts'
import { outcomesOf, watchGroup } from '../../actions/groups/watch-group.ts'
import { exitCodes } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { openGroup } from '../groups/open-group.ts'
import { printGroup } from '../groups/print-group.ts'
import { reportGroup } from '../groups/report-group.ts'
import { startWaiting } from '../waiting.ts'

export const showGroup: Handler = async (invocation, io) => {
  const { group, open } = await openGroup(invocation.keys['id'], { invocation, io })
  const parts = await lookAtGroup(group, open)
  if (invocation.flags['wait'] !== true) {
    await printGroup(outcomesOf(group, parts).apps, { invocation, io })
    return exitCodes.done
  }
  const waiting = startWaiting(invocation, io)
  try {
    const { exit } = await reportGroup(watchGroup(group, parts, waiting.signal), {
      invocation,
      io,
      apps: parts.flatMap(part => (part.is === 'known' ? [part.app] : [])),
      labels: parts.map(part => (part.is === 'known' ? part.app.label : part.label)),
      keepsStepLogs: false,
    })
    return exitCodes[exit]
  } finally {
    waiting.end()
  }
}
