import { join } from 'node:path'
import type { DetectedApp } from '../../build/analysis.ts'
import type { ImageFailure } from '../../build/image-failure.ts'
import type { ImageToBuild } from '../../build/images-to-build.ts'
import type { BuildFiles, Located } from '../../build/ports.ts'

/** What an image is built with: a Dockerfile of its own, or one made for what stands in its folder. */
export type FoundDockerfile =
  | {
      readonly is: 'own'
      /** Absolute folder. */
      readonly context: string
      /** Absolute path. */
      readonly path: string
      /** As tapit.yml or the command line names it, with its folder. */
      readonly name: string
    }
  | { readonly is: 'detected'; readonly context: string; readonly app: DetectedApp }
  | { readonly is: 'failed'; readonly failure: ImageFailure; readonly isBadInput: boolean }

type Options = { readonly root: string; readonly files: BuildFiles }

/** The name that a Dockerfile has where nothing else is said; only then one is made where there is none. */
export const usualDockerfile = 'Dockerfile'

/** Looks for it, and reads what stands in the folder where there is none. Writes nothing. */
export async function findDockerfile(
  image: ImageToBuild,
  { root, files }: Options,
): Promise<FoundDockerfile> {
  const context = await files.locate(root, image.path)
  if (context.is !== 'folder') return noFolder(image, context.is)
  const own = await files.locate(context.path, image.dockerfile)
  if (own.is === 'file') {
    return { is: 'own', context: context.path, path: own.path, name: join(image.path, image.dockerfile) }
  }
  if (own.is !== 'missing' || image.dockerfile !== usualDockerfile) return noDockerfile(image, own.is)
  const { analyze } = await import('../../build/analyze/analyze.ts')
  const analysis = await analyze(
    files.open(context.path),
    image.port === undefined ? {} : { port: image.port },
  )
  switch (analysis.is) {
    case 'detected':
      return { is: 'detected', context: context.path, app: analysis }
    case 'own_dockerfile':
      return noDockerfile(image, 'missing')
    case 'unknown':
      return {
        is: 'failed',
        isBadInput: false,
        failure: {
          code: 'dockerfile_missing',
          message: `there is no Dockerfile in ${image.path}, and what runs there is not known: ${analysis.why}`,
          advice: 'Write a Dockerfile: https://docs.docker.com/build/concepts/dockerfile/',
          lines: analysis.seen.map(each => `seen: ${each}`),
        },
      }
  }
}

function noFolder({ name, path }: ImageToBuild, is: Exclude<Located['is'], 'folder'>): FoundDockerfile {
  const why = {
    file: 'is a file',
    missing: 'does not exist',
    outside: 'leads out of the folder of tapit.yml',
  }
  return {
    is: 'failed',
    isBadInput: true,
    failure: {
      code: 'dockerfile_missing',
      message: `${name} is built from ${path}, which ${why[is]}.`,
      advice: `Correct processes.${name}.path in tapit.yml.`,
      lines: [],
    },
  }
}

function noDockerfile(
  { name, path, dockerfile }: ImageToBuild,
  is: Exclude<Located['is'], 'file'>,
): FoundDockerfile {
  const why = {
    folder: 'is a folder',
    missing: 'does not exist',
    outside: 'leads out of the folder that is built; a Dockerfile must stand within it',
  }
  const place = path === '.' ? dockerfile : `${dockerfile} in ${path}`
  return {
    is: 'failed',
    isBadInput: is !== 'missing',
    failure: {
      code: 'dockerfile_missing',
      message: `the Dockerfile of ${name}, ${place}, ${why[is]}.`,
      advice: 'Name it by its path from the folder that is built: dockerfile=docker/production.Dockerfile',
      lines: [],
    },
  }
}
