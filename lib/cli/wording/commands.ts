import { digestPrefix } from '../../images/digest-prefix.ts'
import { typed } from './typed.ts'

type Of = { readonly app: string; readonly id: string }
/** What waits, or is under way, of a process is one deployment: its process names it as well. */
type OfProcess = { readonly app: string; readonly process: string }

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
  createDeployToApps: ({
    apps,
    processes,
    dockerTag,
  }: {
    apps: readonly string[]
    processes: readonly string[]
    dockerTag: string
  }) =>
    `tapit create deploy apps=${typed(apps.join(','))} process=${typed(processes.join(','))} docker_tag=${typed(dockerTag)}`,
  imageDeploy: ({ app, processes }: { app: string; processes: readonly string[] }) =>
    `tapit -a ${typed(app)} image deploy process=${typed(processes.join(','))}`,
  showGroup: ({ app, id }: Of) => `tapit -a ${typed(app)} show group id=${typed(id)}`,
  cancelGroup: ({ app, id }: Of) => `tapit -a ${typed(app)} cancel deploy group=${typed(id)}`,
  showDeploy: ({ app, id }: Of) => `tapit -a ${typed(app)} show deploy id=${typed(id)}`,
  start: ({ app, processes }: { app: string; processes: readonly string[] }) =>
    `tapit -a ${typed(app)} start process=${typed(processes.join(','))}`,
  scale: ({ app, process, count }: OfProcess & { count: number }) =>
    `tapit -a ${typed(app)} scale process=${typed(process)} count=${count}`,
  rollback: ({ app, processes }: { app: string; processes: readonly string[] }) =>
    `tapit -a ${typed(app)} rollback process=${typed(processes.join(','))}`,
  rollbackGroup: ({ app, group }: { app: string; group: string }) =>
    `tapit -a ${typed(app)} rollback group=${typed(group)}`,
  cancelDeploy: (of: Of | OfProcess) => `tapit -a ${typed(of.app)} cancel deploy ${selected(of)}`,
  continueDeploy: (of: Of | OfProcess) => `tapit -a ${typed(of.app)} continue deploy ${selected(of)}`,
  approveDeploy: ({ app, id, digests }: Of & { digests: readonly string[] }) =>
    [
      `tapit -a ${typed(app)} approve deploy id=${typed(id)}`,
      ...(digests.length === 0 ? [] : [`image=${typed(digests.map(digestPrefix).join(','))}`]),
    ].join(' '),
  executeDeploy: (of: Of) => `tapit -a ${typed(of.app)} execute deploy id=${typed(of.id)}`,
  listImages: ({ app, limit }: { app: string; limit: number }) =>
    `tapit -a ${typed(app)} list images limit=${limit}`,
  imageBuild: ({ app }: { app: string }) => `tapit -a ${typed(app)} image build`,
  pruneImages: ({ app, process, keep }: { app: string; process?: string; keep?: string }) =>
    [
      `tapit -a ${typed(app)} prune images`,
      ...(process === undefined ? [] : [`process=${typed(process)}`]),
      ...(keep === undefined ? [] : [`keep=${typed(keep)}`]),
    ].join(' '),
  status: ({ app }: { app: string }) => `tapit -a ${typed(app)} status`,
  listDeploys: ({ app, process }: OfProcess) =>
    `tapit -a ${typed(app)} list deploys process=${typed(process)}`,
} as const

function selected(of: Of | OfProcess): string {
  return 'id' in of ? `id=${typed(of.id)}` : `process=${typed(of.process)}`
}
