import { typed } from './typed.ts'

type Of = { readonly app: string; readonly id: string }

/** The commands that messages tell people to run next: only such as exist, and complete, so that they can be pasted. */
export const commands = {
  createDeploy: ({
    app,
    processes,
    dockerTag,
  }: {
    app: string
    processes: readonly string[]
    dockerTag: string
  }) =>
    `tapit -a ${typed(app)} create deploy process=${typed(processes.join(','))} docker_tag=${typed(dockerTag)}`,
  imageDeploy: ({ app, processes }: { app: string; processes: readonly string[] }) =>
    `tapit -a ${typed(app)} image deploy process=${typed(processes.join(','))}`,
  showDeploy: ({ app, id }: Of) => `tapit -a ${typed(app)} show deploy id=${typed(id)}`,
  cancelDeploy: ({ app, id }: Of) => `tapit -a ${typed(app)} cancel deploy id=${typed(id)}`,
  listImages: ({ app, limit }: { app: string; limit: number }) =>
    `tapit -a ${typed(app)} list images limit=${limit}`,
  imageBuild: ({ app }: { app: string }) => `tapit -a ${typed(app)} image build`,
  pruneImages: ({ app, process, keep }: { app: string; process?: string; keep?: string }) =>
    [
      `tapit -a ${typed(app)} prune images`,
      ...(process === undefined ? [] : [`process=${typed(process)}`]),
      ...(keep === undefined ? [] : [`keep=${typed(keep)}`]),
    ].join(' '),
  listDeploys: ({ app, process }: { app: string; process: string }) =>
    `tapit -a ${typed(app)} list deploys process=${typed(process)}`,
} as const
