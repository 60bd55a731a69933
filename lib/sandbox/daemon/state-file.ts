import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../is-record.ts'
import type { Snapshot } from '../sandbox.ts'
import { writeAtomically } from './endpoint.ts'
import { type Pace, paceIn } from './pace.ts'
import { type Place, placeIn } from './place.ts'

export type SavedState = {
  /** Undefined: there is none, so this is a new sandbox. */
  readonly state?: Snapshot
  /** How fast it went. Absent from what older versions saved. */
  readonly pace?: Pace
  /** Where it was. Absent from what older versions saved. */
  readonly place?: Place
  /** What the user must be told: a snapshot that could not be read was kept beside, or one is of an older version. */
  readonly notice?: string
}

/** The saved state of a home. One that cannot be read is moved aside, never lost and never overwritten. */
export async function readState(home: string, { now }: { now: number }): Promise<SavedState> {
  const path = fileIn(home)
  const text = await textOf(path)
  if (text === undefined) return {}
  const saved = parsed(text)
  if (saved !== undefined) return saved
  const aside = join(home, `state.unreadable-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}.json`)
  await rename(path, aside)
  return {
    notice: `The sandbox's saved state could not be read, so it starts anew. The file is kept as ${aside}.`,
  }
}

/** Where the saved sandbox of a home is; undefined when there is none, or none that can be read. */
export async function savedPlace(home: string): Promise<Place | undefined> {
  const text = await textOf(fileIn(home))
  return text === undefined ? undefined : parsed(text)?.place
}

export async function writeState(
  home: string,
  { state, pace, place }: { readonly state: Snapshot; readonly pace: Pace; readonly place: Place },
): Promise<void> {
  await writeAtomically(fileIn(home), JSON.stringify({ format, pace, place, state }))
}

export async function removeState(home: string): Promise<void> {
  await rm(fileIn(home), { force: true })
  await rm(layerFolder(home), { recursive: true, force: true })
}

/** What was pushed lies beside the state, in files of its own. */
export function layerFolder(home: string): string {
  return join(home, 'layers')
}

/** Grows with every change to the state that older code cannot read. */
const format = 1

const parts = ['ecs', 'elbv2', 'ecr', 'logs', 'cloudwatch', 'ssm', 'dynamodb']

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined
    throw error
  })
}

function parsed(text: string): SavedState | undefined {
  try {
    const file: unknown = JSON.parse(text)
    if (!isRecord(file) || file['format'] !== format) return undefined
    const { state } = file
    if (!isSnapshot(state)) return undefined
    const notice = isOldExample(state) ? oldExample : undefined
    return { state, pace: paceIn(file['pace']), place: placeIn(file['place']), notice }
  } catch {
    return undefined
  }
}

function isSnapshot(value: unknown): value is Snapshot {
  return isRecord(value) && parts.every(part => isRecord(value[part]))
}

/** Made before the example app had all that strategies need: a pair of target groups, and a strategy of its own. */
function isOldExample({ ecs, ssm }: Snapshot): boolean {
  const example = Object.values(ecs.services).find(
    ({ clusterName, name, status }) => clusterName === 'shop' && name === 'default' && status === 'ACTIVE',
  )
  const { loadBalancers = [] } = example?.settings ?? {}
  const isPaired = loadBalancers.some(it => it.advancedConfiguration?.alternateTargetGroupArn !== undefined)
  return example !== undefined && !isPaired && ssm.parameters['/tapit/shop/strategies/careful'] === undefined
}

const oldExample =
  'The saved example app shop is that of an older version, without what strategies need. ' +
  '`tapit sandbox reset` brings the present one; it forgets everything else in the sandbox.'

function fileIn(home: string): string {
  return join(home, 'state.json')
}
