import type { Clone } from '../../build/ports.ts'
import type { AppConfig } from '../../config/app-config.ts'
import { Refusal } from '../../names/refusal.ts'
import type { BuildMeans } from './build-request.ts'
import { failureOf } from './failure-of.ts'
import type { ImageEnd, ImageNews } from './image-news.ts'
import type { PreparedBuild } from './prepare-build.ts'

/** The files that images are built from, and what their tapit.yml says; or why there are none. */
export type OpenSource =
  | {
      readonly is: 'open'
      /** Absolute; the folder that tapit.yml's paths begin at. */
      readonly root: string
      readonly config?: AppConfig
      close(): Promise<void>
    }
  | (ImageEnd & { readonly is: 'failed' | 'stopped' })

type Options = {
  readonly means: Pick<BuildMeans, 'git' | 'files' | 'root' | 'config' | 'configIn' | 'ports'>
  readonly signal: AbortSignal
  readonly tell: (news: ImageNews) => void
}

/** The working folder, or a clone of its own. */
export async function openSource({ remote }: PreparedBuild, options: Options): Promise<OpenSource> {
  const { means, signal, tell } = options
  const { clock } = means.ports
  if (remote === undefined) {
    const { root, config } = means
    return { is: 'open', root, close: async () => {}, ...(config !== undefined && { config }) }
  }
  tell({ is: 'step', at: clock.now(), step: 'clone' })
  const say = (message: string): void => tell({ is: 'line', at: clock.now(), step: 'clone', message })
  try {
    const clone = await means.git.clone(remote, { signal, tell: say })
    say(`${remote.url} at ${clone.commit} (${remote.ref})`)
    for (const what of clone.lacks)
      tell({ is: 'warned', at: clock.now(), warning: { is: 'clone_lacks', what } })
    // The file of whoever asks comes first: what a clone says of secrets must not reach into this machine.
    const config = means.config ?? withoutSecrets(await configOf(clone, means))
    return {
      is: 'open',
      root: clone.folder,
      close: () => clone.remove(),
      ...(config !== undefined && { config }),
    }
  } catch (error) {
    if (signal.aborted) return { is: 'stopped' }
    return { is: 'failed', step: 'clone', failure: failureOf(error) }
  }
}

async function configOf(
  { folder }: Pick<Clone, 'folder'>,
  { files, configIn }: Options['means'],
): Promise<AppConfig | undefined> {
  // What is wrong with a tapit.yml is told in its words: they must not be those of another file of this machine.
  const { is } = await files.locate(folder, 'tapit.yml')
  if (is !== 'outside') return configIn(folder)
  throw new Refusal({
    code: 'bad_config',
    message: 'tapit.yml is a link that leads out of the clone.',
    advice: 'Commit the file itself.',
  })
}

/** A clone cannot name variables and files of this machine. */
function withoutSecrets(config: AppConfig | undefined): AppConfig | undefined {
  return (
    config && {
      ...config,
      processes: config.processes.map(each => ({ ...each, build: { ...each.build, secrets: {} } })),
    }
  )
}
