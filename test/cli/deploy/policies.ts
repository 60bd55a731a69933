import { ssmHandlers } from '../../../lib/sandbox/ssm/handlers.ts'
import { keyOfCaller } from '../../../lib/sandbox/sts/sandbox-callers.ts'
import type { Run, Shop } from '../../fakes/shop.ts'

/** Puts a policy in force, as `cdk deploy` does. */
export async function putPolicy(
  shop: Shop,
  policy: { readonly name: string; readonly [key: string]: unknown },
): Promise<void> {
  await putRaw(shop, policy.name, JSON.stringify(policy))
}

/** The same, whatever is in it. */
export async function putRaw(shop: Shop, name: string, Value: string): Promise<void> {
  const { PutParameter } = ssmHandlers(shop.sandbox.world)
  await PutParameter?.({ Name: `/tapit/shop/policies/${name}`, Value, Type: 'String', Overwrite: true })
}

/** Runs a command line as somebody: `as(shop, 'senior/ada', 'approve', 'deploy', …)`. */
export function as(shop: Shop, caller: string, ...argv: readonly string[]): Promise<Run> {
  return shop.start(argv, asCaller(caller)).ended
}

/** The same, answering its JSON document. */
export async function jsonAs(
  shop: Shop,
  caller: string,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly document: any }> {
  const { code, stdout } = await as(shop, caller, ...argv, '-o', 'json')
  return { code, document: JSON.parse(stdout) }
}

export function asCaller(caller: string): Readonly<Record<string, string>> {
  const key = keyOfCaller(caller)
  if (key === undefined) throw new Error(`nobody is called ${caller}`)
  return { AWS_ACCESS_KEY_ID: key }
}
