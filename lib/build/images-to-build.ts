import type { AppConfig, ImageBuildConfig, ProcessConfig } from '../config/app-config.ts'
import { Refusal } from '../names/refusal.ts'
import { repositoryPath } from '../names/repository-path.ts'
import { imageName } from './image-name.ts'

/** A process, and where its service takes images from. */
export type BuildTarget = {
  readonly process: string
  /** URI without tag. */
  readonly repository: string
  /** `X86_64`, `ARM64`, as its task definition says; absent where it was not asked or says nothing. */
  readonly architecture?: string
}

/** One image, built once, for all processes that run it. */
export type ImageToBuild = {
  /** What rows and messages call it: its process, or the repository where several processes share it. */
  readonly name: string
  readonly processes: readonly string[]
  /** URI without tag. */
  readonly repository: string
  /** The folder that it is built from, from that of tapit.yml. */
  readonly path: string
  /** From `path`. */
  readonly dockerfile: string
  /** `linux/amd64`, `linux/arm64`. */
  readonly platforms: readonly string[]
  readonly settings: ImageBuildConfig
  /** Where its (first) process is expected to listen; absent for workers, and where no tapit.yml says. */
  readonly port?: number
}

export type ImagesToBuildOptions = {
  /** Absent where there is no tapit.yml: then one image is built from the folder itself. */
  readonly config?: Pick<AppConfig, 'processes'>
  /** In place of what tapit.yml says; only where one image is built. */
  readonly dockerfile?: string
}

/** Which images processes need, by the repositories that their services take them from. Refuses what tapit.yml and the cluster see differently. */
export function imagesToBuild(
  targets: readonly BuildTarget[],
  { config, dockerfile }: ImagesToBuildOptions,
): readonly ImageToBuild[] {
  const repositories = [...new Set(targets.map(({ repository }) => repository))]
  const images = repositories.map(repository =>
    imageIn(
      repository,
      targets.filter(target => target.repository === repository),
      config,
    ),
  )
  if (config === undefined && images.length > 1) throw whichFolder(images)
  if (dockerfile === undefined) return images
  if (images.length > 1) throw whichImage(images, dockerfile)
  return images.map(image => ({ ...image, dockerfile }))
}

function imageIn(
  repository: string,
  targets: readonly BuildTarget[],
  config: ImagesToBuildOptions['config'],
): ImageToBuild {
  const processes = targets.map(({ process }) => process)
  const image = {
    name: imageName({ processes, repository }),
    processes,
    repository,
    platforms: [...new Set(targets.map(target => platformOf(target, config)))],
  }
  if (config === undefined) return { ...image, path: '.', dockerfile: 'Dockerfile', settings: noSettings }
  const [first, ...others] = targets.map(target => settingsOf(target.process, config))
  if (first === undefined) throw new Error(`no process takes images from ${repository}`)
  const other = others.find(
    each => folderOf(each) !== folderOf(first) || each.dockerfile !== first.dockerfile,
  )
  if (other !== undefined) throw twoFolders(repository, first, other)
  const port = [first, ...others].find(each => each.port !== undefined)?.port
  return {
    ...image,
    path: folderOf(first),
    dockerfile: first.dockerfile,
    settings: first.build,
    ...(port !== undefined && { port }),
  }
}

const noSettings: ImageBuildConfig = { args: {}, secrets: {}, contexts: {} }

function settingsOf(process: string, { processes }: Pick<AppConfig, 'processes'>): ProcessConfig {
  const found = processes.find(({ name }) => name === process)
  if (found !== undefined) return found
  throw new Refusal({
    code: 'process_not_in_config',
    message: `the app runs a process "${process}" that its tapit.yml does not know, so nothing says what it is built from.`,
    advice: `Add it to tapit.yml, or build the others: process=${processes.map(({ name }) => name).join(',')}`,
  })
}

function folderOf({ path = '.' }: ProcessConfig): string {
  return path
}

function platformOf({ process, architecture }: BuildTarget, config: ImagesToBuildOptions['config']): string {
  const said = config === undefined ? architecture?.toLowerCase() : settingsOf(process, config).architecture
  return said === 'arm64' ? 'linux/arm64' : 'linux/amd64'
}

function whichFolder(images: readonly ImageToBuild[]): Refusal {
  const names = images.map(({ name }) => name)
  return new Refusal({
    code: 'which_folder',
    exit: 'usage',
    message: `the app has ${images.length} images (${names.join(', ')}), and there is no tapit.yml here or above that says which folder each is built from.`,
    advice: `Build one of them from this folder: process=${images[0]?.processes.join(',') ?? ''}; or write a tapit.yml (tapit init).`,
  })
}

function whichImage(images: readonly ImageToBuild[], dockerfile: string): Refusal {
  return new Refusal({
    code: 'which_image',
    exit: 'usage',
    message: `dockerfile=${dockerfile} is for one image, and ${images.length} are built: ${images.map(({ name }) => name).join(', ')}.`,
    advice: `Say which: process=${images[0]?.processes.join(',') ?? ''}; or write it into tapit.yml: processes.<name>.dockerfile.`,
  })
}

function twoFolders(repository: string, one: ProcessConfig, other: ProcessConfig): Refusal {
  const place = (each: ProcessConfig): string => `${folderOf(each)} (${each.dockerfile})`
  return new Refusal({
    code: 'config_waiting',
    message: `tapit.yml builds ${one.name} from ${place(one)} and ${other.name} from ${place(other)}, but their services both take images from ${repositoryPath(repository)}.`,
    advice: 'Deploy the infrastructure first: npx cdk deploy',
  })
}
