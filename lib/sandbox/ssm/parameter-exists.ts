import type { SsmState } from './state.ts'

/** Whether a task definition's secret could be fetched; its `valueFrom` is a parameter's name or ARN. */
export function parameterExists(state: SsmState, valueFrom: string): boolean {
  return parameterName(state, valueFrom) !== undefined
}

/** A parameter's name by its name or ARN: `…:parameter/shop/key` stands for `/shop/key`, and `…:parameter/key` for `key` too. */
export function parameterName(state: SsmState, nameOrArn: string): string | undefined {
  const [, path] = /^arn:aws[\w-]*:ssm:[\w-]*:\d*:parameter\/(.+)$/.exec(nameOrArn) ?? []
  const names = path === undefined ? [nameOrArn] : [`/${path}`, path]
  return names.find(name => state.parameters[name] !== undefined)
}
