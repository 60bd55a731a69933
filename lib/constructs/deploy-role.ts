import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { deployRoleName, githubIssuer } from '../names/aws.ts'
import { type AppReach, AppStatements } from './app-statements.ts'
import { grantStatements } from './grant-statements.ts'

export interface DeployRoleProps extends AppReach {
  /** The GitHub environment whose jobs may deploy. */
  readonly environment: string
  /** The GitHub repository whose jobs may deploy: `owner/name`, or with its ids `owner@<id>/name@<id>`. */
  readonly github: string
  /** GitHub's OIDC provider: `Foundation.githubProviderOf`. */
  readonly provider: iam.IOpenIdConnectProvider
  /**
   * Whether it can only ask: it pushes images and records deployments, and somebody with the `ApproverRole` approves and starts them.
   * @default false
   */
  readonly enforced?: boolean
}

/**
 * What a job of GitHub Actions deploys as: only jobs of this repository in this environment can assume it, and it can do what the CLI does
 * to this app.
 */
export class DeployRole extends Construct {
  readonly role: iam.Role

  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id)
    const { app, environment, github, provider, enforced = false } = props
    refuseUnfit(github)

    const does = enforced ? 'Asks for deployments of' : 'Deploys'
    this.role = new iam.Role(this, 'Resource', {
      roleName: deployRoleName(app),
      description: `${does} ${app}: jobs of ${github} in the environment ${environment}`,
      assumedBy: jobsOf({ github, environment, provider }),
    })
    const statements = new AppStatements(this, props)
    grantStatements(this, this.role, enforced ? statements.asking() : statements.deploying())
  }
}

function refuseUnfit(github: string): void {
  if (!/^[\w.-]+\/[\w.-]+$|^[\w.-]+@\d+\/[\w.-]+@\d+$/.test(github))
    throw new Error(
      `'github' must be a repository written as owner/name or owner@<id>/name@<id>, got '${github}'`,
    )
}

/** Both claims are compared as a whole: without `sub` any repository on GitHub could deploy. */
function jobsOf({
  github,
  environment,
  provider,
}: Pick<DeployRoleProps, 'github' | 'environment' | 'provider'>): iam.IPrincipal {
  return new iam.WebIdentityPrincipal(provider.openIdConnectProviderArn, {
    StringEquals: {
      [`${githubIssuer}:aud`]: 'sts.amazonaws.com',
      [`${githubIssuer}:sub`]: `repo:${github}:environment:${environment}`,
    },
  })
}
