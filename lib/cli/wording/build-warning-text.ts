import type { BuildWarning } from '../../actions/build/image-news.ts'
import { sizeText } from './size-text.ts'

/** What a person should know of a build, in a sentence or two. */
export function buildWarningText(warning: BuildWarning): string {
  switch (warning.is) {
    case 'large_context': {
      const { bytes, biggest } = warning.size
      const folders = biggest.map(({ path, bytes: size }) => `${path} ${sizeText(size)}`)
      return `the folder that is built has ${sizeText(bytes)} or more, all of which may be sent to the engine. The biggest: ${folders.join(', ')}. What no COPY needs belongs into .dockerignore.`
    }
    case 'cross_build':
      return `${warning.platforms.join(' and ')} is not what this builder runs (${warning.runnable.join(', ')}), and no emulation is installed: a RUN of the Dockerfile will fail. Build on a machine of that kind, cross-compile (FROM --platform=$BUILDPLATFORM), or install QEMU: docker run --privileged --rm tonistiigi/binfmt --install all`
    case 'generated_dockerfile': {
      const { framework, runtime, version, packageManager, warnings } = warning.app
      const parts = [`${runtime} ${version}`, ...(packageManager === undefined ? [] : [packageManager])]
      const what = framework === undefined ? parts.join(', ') : `${framework} (${parts.join(', ')})`
      return [
        `there is no Dockerfile; one was made for this build, for ${what}. To keep it: tapit create dockerfile`,
        ...warnings,
      ].join(' ')
    }
    case 'clone_lacks':
      return warning.what === 'submodules'
        ? 'the repository has submodules, which were not fetched: their folders are empty in the build.'
        : 'the repository keeps files in Git LFS, which were not fetched: the build sees their pointers in place of them.'
  }
}
