import type { Template } from './template.ts'

/** The stacks of CloudFormation. */
export type Stacks = {
  /** The template that a stack was deployed with; absent if there is no such stack, or nothing in it yet. */
  deployed(stack: string): Promise<Template | undefined>
  /** What a change set that was not executed yet would do. */
  changeSet(stack: string, name: string): Promise<ChangeSet>
  /** Physical ids by logical id. */
  physicalIds(stack: string): Promise<ReadonlyMap<string, string>>
}

export type ChangeSet = {
  readonly template: Template
  /** Logical ids of what it changes, some of them because of what they refer to. */
  readonly touched: ReadonlySet<string>
}
