import type { Look } from '../look.ts'
import { quoted } from '../quoted.ts'
import { toolVersion } from '../tool-version.ts'
import { isAllowed } from '../version-range.ts'
import type { PythonDependencies } from './python-dependencies.ts'

export type PythonVersion = {
  readonly version: string
  readonly reason: string
  readonly warnings: readonly string[]
}

/** Fixes until October 2029, and packages with native parts have wheels for it. */
const usual = '3.13'
/** The oldest that gets security fixes. */
const oldest = 11

const candidates = [13, 14, 15, 12, 11, 10, 9, 8]

export async function pythonVersion(
  look: Look,
  { python }: Pick<PythonDependencies, 'python'>,
): Promise<PythonVersion> {
  const named =
    (await toolVersion(look, { files: ['.python-version'], tools: ['python'] })) ??
    (await toolVersion(look, { files: ['runtime.txt'], tools: [] }))
  const exact = /^(?:c?python-)?3\.(?<minor>\d{1,2})(?!\d)/.exec(named?.version ?? '')?.groups?.['minor']
  if (named !== undefined && exact !== undefined) {
    const isRefused = python !== undefined && !isAllowed([3, Number(exact)], python.range)
    return answer(
      Number(exact),
      named.from,
      isRefused
        ? [
            `${named.from} says Python 3.${exact}, ${python.from} ${quoted(python.range)}: one of them is wrong`,
          ]
        : [],
    )
  }
  const allowed = python && candidates.find(minor => isAllowed([3, minor], python.range))
  if (allowed !== undefined) return answer(allowed, python?.from ?? '')
  return { version: usual, reason: `Python ${usual}: nothing says another`, warnings: [] }
}

function answer(minor: number, from: string, warnings: readonly string[] = []): PythonVersion {
  return {
    version: `3.${minor}`,
    reason: `Python 3.${minor}: ${from}`,
    warnings: [
      ...warnings,
      ...(minor < oldest
        ? [`Python 3.${minor} gets no security fixes any more: Python ${usual} does until October 2029`]
        : []),
    ],
  }
}
