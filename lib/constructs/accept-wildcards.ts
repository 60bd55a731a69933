import { Stack, Validations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Writes down, where cdk-nag looks for it, why resources of a policy end in `*`. `construct` is the policy or holds it. */
export function acceptWildcards(construct: Construct, resources: readonly string[], reason: string): void {
  const findings = resources
    .map(resource => spelledOut(construct, resource))
    .filter(resource => resource.includes('*'))
  Validations.of(construct).acknowledge(
    ...findings.map(finding => ({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason })),
  )
}

type Joined = { readonly 'Fn::Join'?: readonly [string, readonly (string | { readonly Ref?: string })[]] }

/** `arn:<AWS::Partition>:ecs:…`: how cdk-nag spells an ARN with references in it. */
function spelledOut(construct: Construct, arn: string): string {
  const resolved: string | Joined = Stack.of(construct).resolve(arn)
  if (typeof resolved === 'string') return resolved
  const [delimiter, parts] = resolved['Fn::Join'] ?? ['', []]
  return parts.map(part => (typeof part === 'string' ? part : `<${part.Ref}>`)).join(delimiter)
}
