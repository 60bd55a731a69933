import * as iam from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { acceptWildcards } from './accept-wildcards.ts'

/** Gives a role what `AppStatements` says. `construct` holds the role. */
export function grantStatements(
  construct: Construct,
  role: iam.Role,
  statements: readonly iam.PolicyStatement[],
): void {
  for (const statement of statements) role.addToPolicy(statement)
  const allowed = statements.filter(({ effect }) => effect === iam.Effect.ALLOW)
  acceptWildcards(
    construct,
    allowed.flatMap(({ resources }) => resources),
    "The app's own services, tasks, revisions, logs and settings, whose names are known only when they are there; `*` alone for what AWS lets nobody fence (lib/constructs/deploy-actions.ts).",
  )
}
