import { Trouble } from '../../actions/trouble.ts'

type ImageFailure = { readonly failureCode?: string; readonly failureReason?: string }

/** One of the failures that a batch call of ECR answers with, as what was asked for of an image (`uri@digest`, `uri:tag`). */
export function imageTrouble(
  image: string,
  { failureCode = 'unknown', failureReason = 'no reason given' }: ImageFailure,
): Trouble {
  const isMissing = failureCode === 'ImageNotFound'
  return new Trouble({
    kind: isMissing ? 'missing' : 'refused',
    code: isMissing ? 'image_not_found' : 'aws_refused',
    message: `ECR does not give out ${image}: ${failureReason} (${failureCode})`,
    awsCode: failureCode,
    operation: 'BatchGetImage',
  })
}
