import type { CloudFormationTemplate } from './examples.ts'

export type Statement = {
  /** The type of the resource that the policy is of. */
  readonly of: string
  /** Its logical id. */
  readonly id: string
  readonly effect: string
  readonly actions: readonly string[]
  readonly resources: readonly unknown[]
  readonly principal: unknown
  readonly condition: unknown
  readonly negated: boolean
}

/** Every statement of every policy in a template, wherever it stands: of roles, their trust, keys, buckets, topics. */
export function statementsOf({ Resources }: CloudFormationTemplate): readonly Statement[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
    documentsIn(Properties).flatMap(document =>
      list(document.Statement).map(statement => ({
        of: Type,
        id,
        effect: String(statement['Effect']),
        actions: list(statement['Action'] ?? statement['NotAction']).map(String),
        resources: list(statement['Resource']),
        principal: statement['Principal'],
        condition: statement['Condition'],
        negated:
          statement['NotAction'] !== undefined ||
          statement['NotResource'] !== undefined ||
          statement['NotPrincipal'] !== undefined,
      })),
    ),
  )
}

type Document = {
  readonly Statement: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[]
}

function documentsIn(value: unknown): readonly Document[] {
  if (typeof value !== 'object' || value === null) return []
  if ('Statement' in value) return [value as Document]
  return Object.values(value).flatMap(documentsIn)
}

function list<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value as Item]
}
