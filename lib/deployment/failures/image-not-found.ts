import { type FailureKind, awsWords } from './kind.ts'

export const imageNotFound: FailureKind = {
  code: 'image_not_found',
  recognise: ({ stoppedReason = '' }) =>
    /CannotPull/.test(stoppedReason) &&
    /not found|manifest unknown|does not exist|NotFound/i.test(stoppedReason)
      ? { patience: 'none' }
      : undefined,
  sentence: (failure, { dockerTag, imageDigest, repository }) =>
    `the image ${dockerTag} (${imageDigest.slice(0, 15)}) is not in ${repository} any more${awsWords(failure)}`,
  advice: () => 'Push the image again, or deploy a tag that exists: tapit create deploy docker_tag=…',
}
