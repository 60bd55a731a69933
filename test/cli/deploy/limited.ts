import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import * as iam from 'aws-cdk-lib/aws-iam'
import { App, Stack } from 'aws-cdk-lib'
import { AppStatements } from '../../../lib/constructs/app-statements.ts'
import { deployActions } from '../../../lib/constructs/deploy-actions.ts'
import { Foundation } from '../../../lib/constructs/foundation.ts'
import type { Shop } from '../../fakes/shop.ts'

type Statement = {
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly Condition?: { readonly 'ForAllValues:StringLike'?: Readonly<Record<string, readonly string[]>> }
}

/** The sandbox has no IAM: everything that these statements of the CDK library do not allow is denied to whoever calls, until it is lifted. */
export function limited(shop: Shop, as: 'asking' | 'approving' | 'deploying', userId: string = ''): void {
  const all = statements()[as]()
  const allowed = all
    .map((statement): Statement => statement.toStatementJson())
    .filter(({ Effect }) => Effect === 'Allow')
  shop.sandbox.faults.clear()
  for (const action of Object.values(deployActions).flat()) {
    const [, operation = ''] = action.split(':')
    const granting = allowed.filter(({ Action }) => [Action].flat().includes(action))
    const patterns = granting.flatMap(
      ({ Condition }) => Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? [],
    )
    shop.sandbox.faults.add({
      operation,
      effect: 'deny',
      when: input =>
        granting.length === 0 ||
        (action.startsWith('dynamodb:') &&
          !leadingKeys(input).every(key =>
            patterns.some(pattern => isLike(key, pattern.replace('${aws:userid}', userId))),
          )),
    })
  }
}

function statements(): AppStatements {
  const stack = new Stack(new App(), 'Test', { env: { account: '123456789012', region: 'us-east-1' } })
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['us-east-1a'] })
  return new AppStatements(stack, {
    app: 'shop',
    table: Foundation.tableOf(stack, 'Records'),
    repositories: [ecr.Repository.fromRepositoryName(stack, 'Images', 'shop')],
    roles: [iam.Role.fromRoleArn(stack, 'Task', 'arn:aws:iam::123456789012:role/shop-task')],
    cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop', vpc }),
  })
}

/** The partition keys that a request names, wherever it does. */
function leadingKeys(input: unknown): readonly string[] {
  const found = [...JSON.stringify(input).matchAll(/"(?:pk|:pk|:partition)":\{"S":"([^"]*)"\}/g)]
  if (found.length === 0) throw new Error(`no partition key in ${JSON.stringify(input)}`)
  return found.map(([, key = '']) => key)
}

/** As IAM's StringLike has it. */
function isLike(text: string, pattern: string): boolean {
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern
}
