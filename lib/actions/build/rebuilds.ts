import type { Deployment } from '../../deployment/deployment.ts'
import type { SourceBuild } from './source-build.ts'
import type { Rebuild } from './rebuild.ts'

/** Several images that are gone, each out of a commit of its own, as one build. */
export type Rebuilds = SourceBuild & {
  /** What the image of a process is called that is built again; absent where none is. */
  tagOf(process: string): string | undefined
}

type Gone = {
  readonly process: string
  readonly to: Pick<Deployment, 'repository' | 'imageDigest'>
  readonly rebuild?: Rebuild
}

type Open = (rebuild: Rebuild, processes: readonly string[]) => Promise<SourceBuild>

/** Processes that shared an image share what is built in its place. Absent where nothing is gone. */
export async function rebuilds(all: readonly Gone[], open: Open): Promise<Rebuilds | undefined> {
  const images = new Map<string, { readonly rebuild: Rebuild; readonly processes: readonly string[] }>()
  for (const { process, to, rebuild } of all) {
    if (rebuild === undefined) continue
    const key = `${to.repository}@${to.imageDigest}`
    const known = images.get(key)
    images.set(key, { rebuild, processes: [...(known?.processes ?? []), process] })
  }
  const builds = new Map<string, SourceBuild>()
  for (const { rebuild, processes } of images.values()) {
    const build = await open(rebuild, processes)
    for (const process of processes) builds.set(process, build)
  }
  const [one] = builds.values()
  if (one === undefined) return undefined
  const each = [...new Set(builds.values())]
  return {
    dockerTag: one.dockerTag,
    tagOf: process => builds.get(process)?.dockerTag,
    check: async processes => {
      for (const build of each)
        await build.check(processes.filter(({ process }) => builds.get(process) === build))
    },
    run: async (wanted, options) => {
      const build = builds.get(wanted.process)
      if (build === undefined) throw new Error(`nothing is built for ${wanted.process}`)
      return build.run(wanted, options)
    },
    end: async () => {
      await Promise.all(each.map(build => build.end()))
    },
  }
}
