/** Whether a repository's policy lets anybody but its own account pull. What cannot be told for sure counts as yes: it decides what is deleted. */
export function isPulledByOthers(policyText: string, account: string): boolean {
  const statements = statementsOf(policyText)
  if (statements === undefined) return true
  return statements.some(
    statement => statement.Effect === 'Allow' && isOfPulling(statement) && isOfOthers(statement, account),
  )
}

type Statement = {
  readonly Effect?: string
  readonly Principal?: string | Readonly<Record<string, OneOrMany>>
  readonly Action?: OneOrMany
}

type OneOrMany = string | readonly string[]

function statementsOf(policyText: string): readonly Statement[] | undefined {
  try {
    // AWS takes no policy of another shape.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    const { Statement: statements = [] } = JSON.parse(policyText) as {
      Statement?: Statement | readonly Statement[]
    }
    return [statements].flat()
  } catch {
    return undefined
  }
}

const pull = 'ecr:batchgetimage'

function isOfPulling({ Action: actions }: Statement): boolean {
  // NotAction allows what it does not name.
  if (actions === undefined) return true
  return list(actions).some(action => {
    const pattern = action
      .toLowerCase()
      .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/\*+/g, '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${pattern}$`).test(pull)
  })
}

function isOfOthers({ Principal: principal }: Statement, account: string): boolean {
  if (principal === undefined || typeof principal === 'string') return true
  return Object.entries(principal).some(
    ([kind, names]) => kind !== 'AWS' || list(names).some(name => !isIn(name, account)),
  )
}

/** `123456789012`, or an ARN in that account. */
function isIn(principal: string, account: string): boolean {
  return principal === account || principal.split(':')[4] === account
}

function list(value: OneOrMany): readonly string[] {
  return typeof value === 'string' ? [value] : value
}
