/** What a package.json says about the app. */
export type PackageFacts = {
  readonly name?: string
  /** The script of `npm start`. */
  readonly start?: string
  readonly hasWorkspaces: boolean
}

/** Absent where the text is no JSON object. */
export function packageFacts(text: string): PackageFacts | undefined {
  const content = objectIn(text)
  if (content === undefined) return undefined
  const { name, scripts, workspaces } = content
  const start: unknown = isObject(scripts) ? scripts['start'] : undefined
  return {
    hasWorkspaces: workspaces !== undefined,
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(typeof start === 'string' && start !== '' && { start }),
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return isObject(content) ? content : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
