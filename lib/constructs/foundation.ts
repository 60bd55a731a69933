import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { githubIssuer, tableName } from '../names/aws.ts'

export interface FoundationProps {
  /**
   * Whether the account gets GitHub's OIDC provider here. An account has it once, in all its regions together: in a second region, and
   * where others made it already, it is `existing`.
   * @default 'create'
   */
  readonly githubProvider?: 'create' | 'existing'
  /**
   * What becomes of the table and the provider when the stack is deleted.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy
}

/**
 * What all apps of an account and region share: the table of the history, the locks and the approvals, and GitHub's OIDC provider. It belongs
 * into a stack of its own; apps find both by their names, so that stacks share no values: it only has to be deployed first.
 */
export class Foundation extends Construct {
  /** The foundation's table, wherever it was made: by this construct or by `tapit setup`. */
  static tableOf(scope: Construct, id: string): dynamodb.ITable {
    return dynamodb.Table.fromTableName(scope, id, tableName)
  }

  /** GitHub's OIDC provider of this account, wherever it was made. */
  static githubProviderOf(scope: Construct, id: string): iam.IOpenIdConnectProvider {
    return iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(
      scope,
      id,
      Stack.of(scope).formatArn({
        service: 'iam',
        region: '',
        resource: 'oidc-provider',
        resourceName: githubIssuer,
      }),
    )
  }

  readonly table: dynamodb.Table
  readonly githubProvider: iam.IOpenIdConnectProvider

  constructor(scope: Construct, id: string, props: FoundationProps = {}) {
    super(scope, id)
    const { githubProvider = 'create', removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props

    this.githubProvider =
      githubProvider === 'create'
        ? this.defineGithubProvider(removalPolicy)
        : Foundation.githubProviderOf(this, 'GithubProvider')
    this.table = this.defineTable(removalPolicy)
    // The table is protected as soon as it is there: what can fail (an account has one provider) comes first.
    this.table.node.addDependency(this.githubProvider)
  }

  /** The same shape as `tapit setup` gives it (lib/adapters/aws/dynamodb-setup.ts): the CLI refuses another. */
  private defineTable(removalPolicy: RemovalPolicy): dynamodb.Table {
    return new dynamodb.Table(this, 'Table', {
      tableName,
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    })
  }

  /** No thumbprints: AWS trusts GitHub's certificate by its own list of authorities. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html */
  private defineGithubProvider(removalPolicy: RemovalPolicy): iam.IOpenIdConnectProvider {
    return new iam.OidcProviderNative(this, 'GithubProvider', {
      url: `https://${githubIssuer}`,
      clientIds: ['sts.amazonaws.com'],
      removalPolicy,
    })
  }
}
