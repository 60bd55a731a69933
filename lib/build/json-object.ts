export type JsonObject = Readonly<Record<string, unknown>>

/** Absent where the text is no JSON object. */
export function jsonObject(text: string): JsonObject | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return isJsonObject(content) ? content : undefined
  } catch {
    return undefined
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
