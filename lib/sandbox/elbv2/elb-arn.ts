import { createHash } from 'node:crypto'
import type { World } from '../world.ts'

/** 16 hexadecimal digits, as ELB's ARNs end: the same in every run. */
export function elbId({ state }: World): string {
  state.elbv2.sequence += 1
  return createHash('sha256').update(`elbv2 ${state.elbv2.sequence}`).digest('hex').slice(0, 16)
}

/** The ARN of a resource of ELB, such as `targetgroup/shop-default/0123456789abcdef`. */
export function elbArn({ account, region }: World, resource: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${account}:${resource}`
}
