/** DynamoDB's memory: dynalite's own entries, and what dynalite does not know about its tables. */
export type DynamoDbState = {
  /** Of the store, as key and value. */
  readonly entries: readonly (readonly [string, unknown])[]
  /** By table name. */
  readonly tables: Readonly<Record<string, TableExtras>>
}

export type TableExtras = {
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly deletionProtection: boolean
  readonly tableClass?: string
  readonly timeToLiveAttribute?: string
  readonly pointInTimeRecovery?: { readonly since: number; readonly days: number }
}

export function emptyDynamoDb(): DynamoDbState {
  return { entries: [], tables: {} }
}
