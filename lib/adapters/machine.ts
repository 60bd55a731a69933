import { arch, availableParallelism } from 'node:os'

/** What kind of machine this is, for builds. */
export function machine(): { readonly hostPlatform: string; readonly atOnce: number } {
  return {
    hostPlatform: arch() === 'arm64' ? 'linux/arm64' : 'linux/amd64',
    atOnce: Math.max(2, availableParallelism() * buildsPerCore),
  }
}

/** A build mostly waits: for downloads, for uploads, for the engine. */
const buildsPerCore = 2
