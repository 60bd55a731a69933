import { AwsError } from '../wire/aws-error.ts'

/**
 * The unstructured patterns of CloudWatch Logs: `ERROR "not set"` (all of them), `?a ?b` (any), `-x` (not).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim()
  if (/^[[{%]/.test(text)) {
    throw new AwsError(
      'InvalidParameterException',
      'The sandbox understands patterns of terms, not JSON, space-delimited or regular-expression patterns.',
    )
  }
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = '', quoted, bare]) => ({
      sign,
      word: quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '',
    }),
  )
  const words = (sign: string) => terms.filter(term => term.sign === sign).map(({ word }) => word)
  const [all, any, none] = [words(''), words('?'), words('-')]
  return message =>
    all.every(word => message.includes(word)) &&
    (any.length === 0 || any.some(word => message.includes(word))) &&
    !none.some(word => message.includes(word))
}
