import type { SsmState } from './state.ts'

/** Whether a task definition's secret could be fetched; its `valueFrom` is a parameter's name or ARN. */
export function parameterExists(state: SsmState, valueFrom: string): boolean {
  return (
    state.parameters[nameOf(valueFrom)] !== undefined ||
    state.parameters[`/${nameOf(valueFrom)}`] !== undefined
  )
}

/** `arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key` stands for `/shop/key`, and `…:parameter/key` for `key` too. */
function nameOf(valueFrom: string): string {
  const [, path] = /^arn:aws[\w-]*:ssm:[\w-]*:\d*:parameter\/(.+)$/.exec(valueFrom) ?? []
  return path ?? valueFrom
}
