import { isObject } from '../names/is-object.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Absent where the text is no JSON object. */
export function jsonObject(text: string): JsonObject | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return isObject(content) ? content : undefined
  } catch {
    return undefined
  }
}
