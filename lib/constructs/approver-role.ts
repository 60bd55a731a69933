import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { approverRoleName, deployRoleName } from '../names/aws.ts'
import { type AppReach, AppStatements } from './app-statements.ts'
import { grantStatements } from './grant-statements.ts'

export interface ApproverRoleProps extends AppReach {
  /** Who may assume it: ARNs of IAM roles and users, each one by name. */
  readonly assumedBy: readonly string[]
}

/**
 * What deployments of an enforced environment are approved and started as: it can do what the CLI does to this app, and approves under its
 * session's own `aws:userid` only.
 */
export class ApproverRole extends Construct {
  readonly role: iam.Role

  constructor(scope: Construct, id: string, props: ApproverRoleProps) {
    super(scope, id)
    const { app, assumedBy } = props
    refuseUnfit(assumedBy, app)

    this.role = new iam.Role(this, 'Resource', {
      roleName: approverRoleName(app),
      description: `Approves and starts deployments of ${app}`,
      assumedBy: trusted(assumedBy),
    })
    grantStatements(this, this.role, new AppStatements(this, props).approving())
  }
}

const somebody = /^arn:aws[\w-]*:iam::\d{12}:(?<kind>role|user)\/[\w+=,.@/-]+$/

/** The whole account would be everybody who may assume roles: also whoever asks. */
function refuseUnfit(assumedBy: readonly string[], app: string): void {
  if (assumedBy.length === 0)
    throw new Error(
      `'assumedBy' must name who may approve deployments of ${app}, got nobody: name IAM roles or users by their ARNs`,
    )
  for (const arn of assumedBy) {
    if (!somebody.test(arn))
      throw new Error(
        `'assumedBy' must be ARNs of IAM roles and users (arn:aws:iam::<account>:role/<name>), got '${arn}'`,
      )
    if (arn.endsWith(`/${deployRoleName(app)}`))
      throw new Error(`'assumedBy' must not name the role that asks for deployments of ${app}, got '${arn}'`)
  }
}

/**
 * A user's session has the user's name: else one person could approve as two. A role's session cannot be held to anything; there the role
 * that is named stands for one group of people.
 */
function trusted(assumedBy: readonly string[]): iam.IPrincipal {
  const [first, ...others] = assumedBy.map(arn => {
    const principal = new iam.ArnPrincipal(arn)
    return somebody.exec(arn)?.groups?.['kind'] === 'user'
      ? principal.withConditions({ StringEquals: { 'sts:RoleSessionName': '${aws:username}' } })
      : principal
  })
  if (first === undefined) throw new Error('nobody may assume it')
  return others.length === 0 ? first : new iam.CompositePrincipal(first, ...others)
}
