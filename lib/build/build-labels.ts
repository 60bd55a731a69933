import { imageLabels } from '../names/aws.ts'

export type LabelFacts = {
  readonly gitHash?: string
  /** What people call the version. */
  readonly version: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** URL of the repository that it was built from. */
  readonly source?: string
  readonly initiator?: string
}

/** The labels that say where an image came from. */
export function buildLabels({
  gitHash,
  version,
  createdAt,
  source,
  initiator,
}: LabelFacts): Readonly<Record<string, string>> {
  const created = `${new Date(createdAt).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`
  return {
    [imageLabels.version]: version,
    [imageLabels.created]: created,
    ...(gitHash !== undefined && { [imageLabels.revision]: gitHash }),
    ...(source !== undefined && { [imageLabels.source]: source }),
    ...(initiator !== undefined && { [imageLabels.initiator]: initiator }),
  }
}
