import type { ImageFailure } from '../../build/image-failure.ts'
import type { FailedStep } from './build-watcher.ts'
import { recognitions } from './failures.ts'
import { plainLine } from './output-lines.ts'
import { withoutCredentials } from './without-credentials.ts'

/** What is known of a call to Docker that failed. */
export type Failed = {
  /** What Docker's client wrote for people: its error stands at the end. */
  readonly said: string
  readonly step?: FailedStep
  /** What was to be pushed, or copied to. */
  readonly reference: string
  /** Where a copy comes from. */
  readonly source?: string
  readonly platforms?: readonly string[]
  readonly memory?: number
}

/** Whatever Docker failed with, in words for people. What nobody knows is told with Docker's own last words. */
export function failureOf(failed: Failed): ImageFailure {
  const clean = cleaned(failed)
  const facts = { ...clean, error: errorOf(clean) }
  for (const recognise of recognitions) {
    const found = recognise(facts)
    // BuildKit writes each of its attempts to reach a registry: nobody needs them.
    if (found !== undefined)
      return { ...found, lines: found.step === undefined ? [] : (clean.step?.lines ?? []) }
  }
  return {
    code: 'build_failed',
    message: `Docker failed: ${facts.error}`,
    ...(clean.step !== undefined && { step: clean.step.step }),
    lines: clean.step?.lines ?? [],
  }
}

function cleaned(failed: Failed): Failed {
  const { step, said } = failed
  const plain = said.split('\n').map(plainLine).join('\n')
  return {
    ...failed,
    said: withoutCredentials(plain).trim(),
    ...(step !== undefined && {
      step: {
        step: withoutCredentials(step.step),
        error: withoutCredentials(step.error),
        lines: step.lines.map(withoutCredentials),
      },
    }),
  }
}

/** The last `ERROR: …` with the lines after it; else the last line that says anything. */
function errorOf({ said, step }: Failed): string {
  const at = said.lastIndexOf('ERROR: ')
  const last =
    at === -1 ? said.split('\n').findLast(line => line.trim() !== '') : said.slice(at + 'ERROR: '.length)
  const text = last ?? step?.error ?? 'it did not say why'
  return text
    .replace(/\n(?:View build details|Learn more at|Check build)[^]*$/, '')
    .replace(/^(failed to build: )?(failed to solve: )?/, '')
    .replace(/^rpc error: code = \w+ desc = /, '')
    .trim()
}
