import type { DetectedApp } from '../../lib/build/analysis.ts'
import { analyze, type AnalyzeOptions } from '../../lib/build/analyze/analyze.ts'
import { folderOf } from './folder-of.ts'

/** What is detected in these files; fails where nothing is. */
export async function detected(
  files: Readonly<Record<string, string>>,
  options: AnalyzeOptions = {},
): Promise<DetectedApp> {
  const analysis = await analyze(folderOf(files), options)
  if (analysis.is !== 'detected') throw new Error(`nothing detected: ${JSON.stringify(analysis)}`)
  return analysis
}

/** Why nothing is detected in them. */
export async function unknownBecause(files: Readonly<Record<string, string>>): Promise<string> {
  const analysis = await analyze(folderOf(files))
  if (analysis.is !== 'unknown') throw new Error(`detected: ${JSON.stringify(analysis)}`)
  return analysis.why
}
