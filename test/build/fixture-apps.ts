import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openFolder } from '../../lib/adapters/folder.ts'
import type { DetectedApp } from '../../lib/build/analysis.ts'
import { analyze } from '../../lib/build/analyze/analyze.ts'

const folder: string = fileURLToPath(new URL('../fixtures/apps', import.meta.url))

export function fixturePath(app: string): string {
  return `${folder}/${app}`
}

const fixtureApps: readonly string[] = readdirSync(folder)

/** Those of which no Dockerfile can be made. */
const unknownApps: readonly string[] = ['node-workspaces', 'rust']

export const knownApps: readonly string[] = fixtureApps.filter(app => !unknownApps.includes(app))

const known = new Map<string, Promise<DetectedApp>>()

export function detectedFixture(app: string): Promise<DetectedApp> {
  const found = known.get(app) ?? detect(app)
  known.set(app, found)
  return found
}

async function detect(app: string): Promise<DetectedApp> {
  const analysis = await analyze(openFolder(fixturePath(app)))
  if (analysis.is !== 'detected') throw new Error(`${app}: ${JSON.stringify(analysis)}`)
  return analysis
}
