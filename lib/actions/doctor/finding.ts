/** The part of a rule's traffic that goes to a target group, in percent. */
export type Share = { readonly targetGroup: string; readonly percent: number }

/** What the doctor saw of an infrastructure change, as facts. */
export type Finding =
  /** There is nothing yet that a first `cdk deploy` could spoil. */
  | { readonly is: 'first_deploy'; readonly stack: string }
  /** What the stack would change touches no traffic, no placeholder and no process. */
  | { readonly is: 'harmless'; readonly stack: string }
  | { readonly is: 'deployment_in_progress'; readonly process: string }
  /** The newest revision of what runs is another one than runs, and CloudFormation would deploy it with its next change of the service. */
  | {
      readonly is: 'stray_revision'
      readonly process: string
      /** `shop-worker:12`. */
      readonly newest: string
      readonly running: string
    }
  /** CloudFormation would write a rule whose weights ECS has moved since. */
  | {
      readonly is: 'weights_moved'
      /** Absent where no service of the stack names the rule. */
      readonly process?: string
      readonly rule: string
      readonly listens: 'production' | 'test'
      readonly paths: readonly string[]
      readonly live: readonly Share[]
      readonly template: readonly Share[]
      /** What runs now, to be deployed once more. */
      readonly dockerTag?: string
    }
  /** The placeholder would be registered once more, and be the newest revision of what runs. */
  | { readonly is: 'bootstrap_replaced'; readonly process: string; readonly family: string }
  | { readonly is: 'process_removed'; readonly process: string }
  | { readonly is: 'process_replaced'; readonly process: string }

export type Severity = 'refuse' | 'warn' | 'ok'

/** How bad a finding is: `cdk deploy` must wait, may go on with open eyes, or is fine. */
export function severityOf(finding: Finding): Severity {
  switch (finding.is) {
    case 'first_deploy':
    case 'harmless':
      return 'ok'
    case 'process_removed':
    case 'process_replaced':
      return 'warn'
    case 'weights_moved':
      return finding.listens === 'test' ? 'warn' : 'refuse'
    case 'deployment_in_progress':
    case 'bootstrap_replaced':
    case 'stray_revision':
      return 'refuse'
  }
}
