import { isDeepStrictEqual } from 'node:util'

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }
type Cfn = { readonly Resources: Readonly<Record<string, Resource>> }

/**
 * What differs between two templates: `AWS::ECS::Service.DeploymentConfiguration` for a property, `+ AWS::SNS::Topic` and `- AWS::SNS::Topic` for
 * a resource that comes or goes, `AWS::ECS::Service (DependsOn)` for anything beside the properties.
 */
export function templateDiff(before: object, after: object): readonly string[] {
  const { Resources: old } = before as Cfn
  const { Resources: now } = after as Cfn
  const ids = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return ids.flatMap(id => resourceDiff(old[id], now[id])).toSorted()
}

function resourceDiff(old: Resource | undefined, now: Resource | undefined): readonly string[] {
  if (old === undefined) return now === undefined ? [] : [`+ ${now.Type}`]
  if (now === undefined) return [`- ${old.Type}`]
  const { Properties: oldProperties = {}, ...oldRest } = old
  const { Properties: properties = {}, ...rest } = now
  const names = [...new Set([...Object.keys(oldProperties), ...Object.keys(properties)])]
  return [
    ...names
      .filter(name => !isDeepStrictEqual(oldProperties[name], properties[name]))
      .map(name => `${now.Type}.${name}`),
    ...(isDeepStrictEqual(oldRest, rest) ? [] : [`${now.Type} (beside the properties)`]),
  ]
}
