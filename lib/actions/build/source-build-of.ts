import type { BuildStepName } from '../../names/vocabulary.ts'
import type { SourceBuild, SourceEnd } from './source-build.ts'
import type { BuildMeans, BuildRequest } from './build-request.ts'
import { failureOf } from './failure-of.ts'
import { createImageBuilder } from './image-builder.ts'
import type { BuildWarning } from './image-news.ts'
import { prepareBuild } from './prepare-build.ts'

/** The images of a deploy, built from source. */
export async function sourceBuildOf(
  request: BuildRequest,
  { means, inWords }: { readonly means: BuildMeans; readonly inWords: (warning: BuildWarning) => string },
): Promise<SourceBuild> {
  const prepared = await prepareBuild(request, means)
  const builder = createImageBuilder(prepared, { request, means })
  const { dockerTag, gitHash, source } = prepared
  return {
    dockerTag,
    ...(gitHash !== undefined && { gitHash }),
    ...(source !== undefined && { source }),
    check: async () => {
      // Nothing is recorded where there is no Docker that could build.
      await Promise.all([builder.check(), means.docker.platforms()])
    },
    run: async ({ repository }, { signal, tell }): Promise<SourceEnd> => {
      try {
        const end = await builder.build(repository, {
          signal,
          tell: news => {
            if (news.is !== 'warned') return tell(news)
            const message = `warning: ${inWords(news.warning)}`
            tell({ is: 'line', at: news.at, step: stepOf[news.warning.is], message })
          },
        })
        return end.is === 'exists' ? { is: 'built', digest: end.digest } : end
      } catch (error) {
        return { is: 'failed', step: 'build', failure: failureOf(error) }
      }
    },
    end: () => builder.end(),
  }
}

/** The step whose log tells of it. */
const stepOf: Readonly<Record<BuildWarning['is'], BuildStepName>> = {
  clone_lacks: 'clone',
  generated_dockerfile: 'analyze',
  cross_build: 'build',
  large_context: 'build',
}
