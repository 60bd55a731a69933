import { Stack } from 'aws-cdk-lib'
import * as iam from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { acceptWildcards } from './accept-wildcards.ts'

/** IAM's limits are 10,240 and 6,144 characters; what the policies' own frames take is left. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const inlineAtMost = 9_500
const managedAtMost = 5_900
/** Of one role, unless AWS has been asked for more. */
const mostManaged = 10

/**
 * Gives a role what `AppStatements` says: in its own policy, and where that is full in managed ones. The CDK would split it too, but it takes
 * every ARN for 120 characters, and those of long names are twice that. `construct` holds the role.
 */
export function grantStatements(
  construct: Construct,
  role: iam.Role,
  statements: readonly iam.PolicyStatement[],
): void {
  const [inline = [], ...managed] = packed(construct, statements)
  if (managed.length > mostManaged)
    throw new Error(
      `what the role of ${construct.node.path} may do takes ${managed.length} managed policies, and a role can have ${mostManaged}: split the app in two, or shorten the names of its processes`,
    )
  for (const statement of inline) role.addToPolicy(statement)
  for (const [index, some] of managed.entries())
    new iam.ManagedPolicy(construct, `More${index + 1}`, { statements: [...some], roles: [role] })
  const allowed = statements.filter(({ effect }) => effect === iam.Effect.ALLOW)
  acceptWildcards(
    construct,
    allowed.flatMap(({ resources }) => resources),
    "The app's own services, tasks, revisions, logs and settings, whose names are known only when they are there; `*` alone for what AWS lets nobody fence (lib/constructs/deploy-actions.ts).",
  )
}

function packed(
  construct: Construct,
  statements: readonly iam.PolicyStatement[],
): readonly (readonly iam.PolicyStatement[])[] {
  const packs: iam.PolicyStatement[][] = [[]]
  let left = inlineAtMost
  for (const statement of statements) {
    const size = sizeOf(construct, statement)
    if (size > left) {
      packs.push([])
      left = managedAtMost
    }
    packs.at(-1)?.push(statement)
    left -= size
  }
  return packs
}

function sizeOf(construct: Construct, statement: iam.PolicyStatement): number {
  const resolved: unknown = Stack.of(construct).resolve(statement.toStatementJson())
  return JSON.stringify(resolved, (_, value: unknown) => written(value)).length
}

/** As long as CloudFormation will make it, at most: `aws-us-gov`, the ARN of a role, a region and an account. */
function written(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('Ref' in value) return 'r'.repeat(14)
  if ('Fn::GetAtt' in value) return 'a'.repeat(95)
  const { 'Fn::Join': join } = value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] }
  return join === undefined ? value : join[1].map(written).join('')
}
