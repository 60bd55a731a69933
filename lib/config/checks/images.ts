import { normalize } from 'node:path/posix'
import { isDeepStrictEqual } from 'node:util'
import type { ProcessConfig } from '../app-config.ts'
import type { Mistake } from '../mistakes/mistake.ts'
import { quote } from '../wording/quote.ts'
import { placeIn, type View } from './view.ts'

/** Each image is built once: from one folder, with one Dockerfile, in one way. */
export function checkImages(view: View): readonly Mistake[] {
  const { processes } = view.app
  return processes.flatMap((process, index) => {
    const earlier = processes.slice(0, index)
    return process.path === undefined ? checkShared(view, process, earlier) : checkOwn(view, process, earlier)
  })
}

function checkOwn(view: View, process: ProcessConfig, earlier: readonly ProcessConfig[]): readonly Mistake[] {
  const twin = earlier.find(
    other =>
      folderOf(other) === folderOf(process) &&
      other.dockerfile === process.dockerfile &&
      isDeepStrictEqual(other.build, process.build),
  )
  if (twin === undefined) return []
  return [
    {
      path: placeIn(view, process.name, 'path'),
      message: `${quote(process.path ?? '')} is built for ${twin.name} already. Leave path out of both and they share the image of the app; or give one of them a dockerfile or a build.target of its own.`,
    },
  ]
}

function checkShared(
  view: View,
  process: ProcessConfig,
  earlier: readonly ProcessConfig[],
): readonly Mistake[] {
  const twin = earlier.find(other => other.path === undefined)
  if (twin === undefined || twin.dockerfile === process.dockerfile) return []
  return [
    {
      path: placeIn(view, process.name, 'dockerfile', 'path'),
      message: `${quote(process.dockerfile)} is not allowed: it shares the image of ${twin.name}, which is built with ${quote(twin.dockerfile)}. Give it a path (path: .) to have an image of its own.`,
    },
  ]
}

function folderOf({ path }: ProcessConfig): string | undefined {
  return path === undefined ? undefined : normalize(`${path}/`)
}
