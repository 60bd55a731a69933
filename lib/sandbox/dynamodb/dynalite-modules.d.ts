// dynalite has no types; we use its parts without its HTTP server.

declare module 'dynalite/db/index.js' {
  export type Entry = readonly [key: string, value: unknown]

  export interface Store {
    readonly db: {
      open(): Promise<void>
      batch(operations: readonly { type: 'put'; key: string; value: unknown }[]): Promise<void>
      iterator(): { all(): Promise<Entry[]> }
    }
    readonly tableDb: { awsAccountId: string; awsRegion: string }
  }

  const db: {
    create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store
  }
  export default db
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(data: object, types: object): object
    checkValidations(data: object, types: object, custom: unknown, store: unknown): void
  }
  export default validations
}

declare module 'dynalite/validations/*' {
  const validation: { readonly types: Readonly<Record<string, unknown>>; readonly custom?: unknown }
  export default validation
}

declare module 'dynalite/actions/*' {
  const action: (store: unknown, data: object, callback: (error: unknown, answer?: unknown) => void) => void
  export default action
}
