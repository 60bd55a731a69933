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
  if (!name.startsWith('arn:'))
    return ecs.Secret.fromSecretsManager(secretsmanager.Secret.fromSecretNameV2(scope, id, name), key)
  const partial = secretsmanager.Secret.fromSecretPartialArn(scope, `${id}Partial`, name)
  if (!/-\w{6}$/.test(name)) return ecs.Secret.fromSecretsManager(partial, key)
  return eitherWay(secretsmanager.Secret.fromSecretCompleteArn(scope, id, name), partial, key)
}

/** The console's ARNs end in a hyphen and six random letters; so do partial ones of secrets such as `shop-secret`. Both may be read. */
function eitherWay(
  complete: secretsmanager.ISecret,
  partial: secretsmanager.ISecret,
  key: string | undefined,
): ecs.Secret {
  const { arn, hasField } = ecs.Secret.fromSecretsManager(complete, key)
  return {
    arn,
    hasField,
    grantRead: grantee => {
      partial.grantRead(grantee)
      return complete.grantRead(grantee)
    },
  }
}
