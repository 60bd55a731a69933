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
  showDeploy: ({ app, id }: Of) => `tapit -a ${typed(app)} show deploy id=${typed(id)}`,
  cancelDeploy: ({ app, id }: Of) => `tapit -a ${typed(app)} cancel deploy id=${typed(id)}`,
  listDeploys: ({ app, process }: { app: string; process: string }) =>
    `tapit -a ${typed(app)} list deploys process=${typed(process)}`,
} as const
