import { copyImage as copy } from '../../actions/images/copy-image.ts'
import { type ExitName, exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openBuildTools } from '../context.ts'
import { copyPairs } from '../images/copy-pairs.ts'
import { printResult } from '../print-result.ts'
import { tellCopies } from '../images/tell-copies.ts'
import { startWaiting } from '../waiting.ts'

export const copyImage: Handler = async (invocation, io) => {
  const { docker_tag: dockerTag, from, to, process } = invocation.keys
  if (dockerTag === undefined) throw missing('docker_tag', 'which image?')
  if (from === undefined) throw missing('from', 'from where?')
  if (to === undefined) throw missing('to', 'where to?')
  const waiting = startWaiting(invocation, io)
  try {
    const pairs = await copyPairs(
      { from, to, ...(process !== undefined && { processes: listed(process) }) },
      { invocation, io },
    )
    const { docker } = await openBuildTools(io)
    const copies = await copy({ dockerTag, pairs }, { docker, signal: waiting.signal, tell: tellCopies(io) })
    await printResult(
      { invocation, io },
      {
        document: async () => (await import('../report/json/copies-document.ts')).copiesDocument(copies),
        text: async view => (await import('../report/copies.ts')).copies(copies, view),
      },
    )
    return exitCodes[exitOf(copies.map(({ end }) => end.is))]
  } finally {
    waiting.end()
  }
}

function exitOf(ends: readonly string[]): ExitName {
  if (ends.includes('failed')) return 'failed'
  return ends.includes('stopped') ? 'interrupted' : 'done'
}

function missing(key: string, question: string): Refusal {
  return new Refusal({
    code: 'missing_key',
    exit: 'usage',
    message: `${question} copy image needs ${key}=.`,
    advice: 'tapit copy image docker_tag=v1.4.0 from=staging to=production',
  })
}
