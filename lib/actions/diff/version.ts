/** One version of a process, as far as versions are compared. What is not known is absent, and not compared. */
export type Version = {
  readonly process: string
  readonly deploymentId?: string
  readonly dockerTag?: string
  readonly imageDigest?: string
  readonly gitHash?: string
  /** As people call it: its name in tapit.yml, else its type. */
  readonly strategy?: string
  /** How many tasks are wanted, of what runs. */
  readonly desired?: number
  /** How many the infrastructure wanted. */
  readonly configuredCount?: number
  /** ARN of the revision. */
  readonly taskDefinition?: string
  /** As AWS answered it. */
  readonly definition?: Readonly<Record<string, unknown>>
  /** The container that runs the image; the others are sidecars. */
  readonly container?: string
}
