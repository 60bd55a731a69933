/** Changes some members of a record of the state; a misspelt one does not compile. */
export function update<Record extends object>(record: Record, changes: Partial<Record>): void {
  Object.assign(record, changes)
}
