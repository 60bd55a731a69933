/** The part of a rule's traffic that goes to a target group, in percent. */
export type Share = { readonly targetGroup: string; readonly percent: number }

/** What a role may not do any more on a resource; without actions, all that a managed policy (the resource) allows. */
export type LostGrant = { readonly actions: readonly string[]; readonly resource: string }

/** A setting of a target group's health check, as CloudFormation names it; a value is absent where AWS's own default holds. */
export type HealthCheckChange = {
  readonly setting: string
  readonly before?: string
  readonly after?: string
}

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
  /** CloudFormation would have to make its target groups anew, and refuses to. */
  | {
      readonly is: 'target_groups_replaced'
      readonly process: string
      /** As CloudFormation calls them: `VpcId`. */
      readonly settings: readonly string[]
    }
  | { readonly is: 'process_removed'; readonly process: string }
  | {
      readonly is: 'process_replaced'
      readonly process: string
      /** The new service would have the name of the old one, which is still there when CloudFormation makes it. */
      readonly isNameTaken?: boolean
    }
  /** The revision that runs, and all before it, would miss what it is used to. */
  | {
      readonly is: 'grants_removed'
      readonly process: string
      /** ECS starts tasks with the one; what runs in them acts as the other. */
      readonly role: 'execution' | 'task'
      readonly lost: readonly LostGrant[]
      /** What runs now, to be deployed once more. */
      readonly dockerTag?: string
    }
  /** The tasks that run would be judged in another way, at once. */
  | {
      readonly is: 'health_check_changed'
      readonly process: string
      readonly changes: readonly HealthCheckChange[]
    }

export type Severity = 'refuse' | 'warn' | 'ok'

/** How bad a finding is: `cdk deploy` must wait, may go on with open eyes, or is fine. */
export function severityOf(finding: Finding): Severity {
  switch (finding.is) {
    case 'first_deploy':
    case 'harmless':
      return 'ok'
    case 'process_removed':
    case 'grants_removed':
    case 'health_check_changed':
      return 'warn'
    case 'process_replaced':
      return finding.isNameTaken === true ? 'refuse' : 'warn'
    case 'weights_moved':
      return finding.listens === 'test' ? 'warn' : 'refuse'
    case 'deployment_in_progress':
    case 'target_groups_replaced':
    case 'bootstrap_replaced':
    case 'stray_revision':
      return 'refuse'
  }
}
