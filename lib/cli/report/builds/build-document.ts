import type { BuildImagesEnd, BuiltImage } from '../../../actions/build/build-images.ts'
import type { Document } from '../json/document.ts'
import { present } from '../json/present.ts'

/** `image build` as programs see it. */
export function buildDocument({ prepared, images }: BuildImagesEnd): Document {
  const { dockerTag, gitHash, source } = prepared
  return present({
    dockerTag,
    gitHash,
    source,
    images: images.map(image => imageJson(image, dockerTag)),
  })
}

function imageJson(
  { processes, repository, end, startedAt, endedAt, log }: BuiltImage,
  dockerTag: string,
): Document {
  return present({
    processes,
    repository,
    reference: `${repository}:${dockerTag}`,
    status: end.is,
    imageDigest: end.is === 'built' || end.is === 'exists' ? end.digest : undefined,
    steps: end.is === 'built' ? end.steps : undefined,
    cachedSteps: end.is === 'built' ? end.cachedSteps : undefined,
    failure:
      end.is === 'failed'
        ? present({
            step: end.step,
            code: end.failure.code,
            message: end.failure.message,
            advice: end.failure.advice,
            dockerfileStep: end.failure.step,
            exitCode: end.failure.exitCode,
            logLines: end.failure.lines,
          })
        : undefined,
    log,
    durationMs: endedAt - startedAt,
  })
}
