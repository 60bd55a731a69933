import { copyImage as copy } from '../../actions/images/copy-image.ts'
import { type ExitName, exitCodes } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openBuildTools } from '../context.ts'
import { copyPairs } from '../images/copy-pairs.ts'
import { printResult } from '../print-result.ts'
import { required } from '../required.ts'
import { tellCopies } from '../images/tell-copies.ts'
import { startWaiting } from '../waiting.ts'

const advice = 'tapit copy image docker_tag=v1.4.0 from=staging to=production'

export const copyImage: Handler = async (invocation, io) => {
  const dockerTag = required(invocation, 'docker_tag', { question: 'which image?', advice })
  const from = required(invocation, 'from', { question: 'from where?', advice })
  const to = required(invocation, 'to', { question: 'where to?', advice })
  const { process } = invocation.keys
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
