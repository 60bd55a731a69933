import type { AppConfig } from '../../config/app-config.ts'
import type { BuildFiles, BuildLogs, ContextMeter, Docker, Git, GitSource } from '../../build/ports.ts'
import type { Ports } from '../ports.ts'

/** What a person or a job asked to be built. */
export type BuildRequest = {
  readonly app: string
  readonly environment?: string
  /** @default - every process of the app */
  readonly processes?: readonly string[]
  /** @default - `<tag or branch>-<16 characters of the commit>` */
  readonly dockerTag?: string
  readonly tag?: string
  /** @default - that of what is built */
  readonly gitHash?: string
  readonly initiator?: string
  /** @default - that of tapit.yml, else `Dockerfile` */
  readonly dockerfile?: string
  /** @default - none */
  readonly cache?: 'ecr' | 'gha'
  /** A Git repository in place of the working folder. */
  readonly from?: GitSource
}

/** Everything outside that builds work with. */
export type BuildMeans = {
  readonly ports: Pick<Ports, 'ecs' | 'images' | 'imageStore' | 'clock'>
  readonly docker: Docker
  readonly git: Git
  readonly meter: ContextMeter
  readonly files: BuildFiles
  readonly logs: BuildLogs
  readonly registries: Registries
  /** The folder of tapit.yml, else the working folder. Absolute. */
  readonly root: string
  /** Of the folder's tapit.yml, where there is one for this app. */
  readonly config?: AppConfig
  /** The same of a clone. */
  readonly configIn: (folder: string) => Promise<AppConfig | undefined>
  /** `linux/amd64`: what this machine runs without emulation. */
  readonly hostPlatform: string
  /** This is a step of a GitHub workflow that its cache answers to. */
  readonly isOnActions: boolean
  /** Builds at once. */
  readonly atOnce: number
}

/** Docker's access to the registries that images are pushed to. */
export type Registries = {
  /** Logs Docker in where that is needed; answers the host to push to: `127.0.0.1:5000`, `123456789012.dkr.ecr.eu-west-1.amazonaws.com`. */
  hostOf(repository: string): Promise<string>
  /** The registry did not take what Docker knows: the next `hostOf` logs in again. Answers whether that can help. */
  forget(repository: string): Promise<boolean>
}
