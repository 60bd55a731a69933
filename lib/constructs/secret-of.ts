import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import * as ssm from 'aws-cdk-lib/aws-ssm'
import type { Construct } from 'constructs'

/**
 * A secret as tapit.yml writes it: `ssm:<parameter>`, or `secretsmanager:<name or ARN>`, with `#<key>` for one key of a JSON secret. Only its
 * name stands in the template; ECS reads the value when a task starts.
 */
export function secretOf(scope: Construct, id: string, source: string): ecs.Secret {
  if (source.startsWith('ssm:')) {
    return ecs.Secret.fromSsmParameter(
      ssm.StringParameter.fromSecureStringParameterAttributes(scope, id, {
        parameterName: source.slice('ssm:'.length),
      }),
    )
  }
  const [name = '', key] = source.slice('secretsmanager:'.length).split('#', 2)
  return ecs.Secret.fromSecretsManager(secretIn(scope, id, name), key)
}

function secretIn(scope: Construct, id: string, name: string): secretsmanager.ISecret {
  if (!name.startsWith('arn:')) return secretsmanager.Secret.fromSecretNameV2(scope, id, name)
  // The ARN that the console shows ends in a hyphen and six random letters.
  return /-\w{6}$/.test(name)
    ? secretsmanager.Secret.fromSecretCompleteArn(scope, id, name)
    : secretsmanager.Secret.fromSecretPartialArn(scope, id, name)
}
