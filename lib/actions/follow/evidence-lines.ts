import { stripVTControlCharacters } from 'node:util'
import type { Failure } from '../../deployment/failure.ts'
import type { EvidenceLines } from '../events.ts'
import type { Logs } from '../ports.ts'
import { Trouble } from '../trouble.ts'

const linesShown = 20
const tasksShown = 3

/** The last log lines of the tasks that show a failure: fetched when they are shown, never stored, since they can hold secrets. */
export async function evidenceLines(failure: Failure, logs: Logs): Promise<EvidenceLines> {
  const pointed = [...failure.evidence, ...(failure.cause?.evidence ?? [])].filter(
    ({ log }) => log !== undefined,
  )
  const distinct = pointed.filter(
    ({ log }, index) => pointed.findIndex(each => each.log?.stream === log?.stream) === index,
  )
  return Promise.all(
    distinct.slice(0, tasksShown).map(async evidence => ({
      evidence,
      lines: evidence.log === undefined ? [] : await lastLines(evidence.log, logs),
    })),
  )
}

async function lastLines(pointer: Parameters<Logs['tail']>[0], logs: Logs): Promise<readonly string[]> {
  try {
    const lines = await logs.tail(pointer, linesShown)
    return lines.flatMap(({ message }) => stripVTControlCharacters(message).split('\n'))
  } catch (error) {
    // The diagnosis stands without its log lines: they may have expired, or not be ours to read.
    if (error instanceof Trouble) return []
    throw error
  }
}
