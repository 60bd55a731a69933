/** An error that AWS's API would answer with; anything else that a handler throws is a bug of the sandbox. */
export class AwsError extends Error {
  readonly members: Readonly<Record<string, unknown>>

  /** `name` is the error's shape name, such as `ClusterNotFoundException`; `members` are its further members. */
  constructor(name: string, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = name
    this.members = members
  }
}
