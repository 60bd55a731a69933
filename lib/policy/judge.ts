import type { PolicySettings } from '../config/schema.ts'
import type { Trigger } from '../names/vocabulary.ts'
import { matchesPattern } from './matches-pattern.ts'

/** One deployment, as policies ask about it. Times and identities are AWS's. */
export type Question = {
  /** What the cluster's tag says; absent: it has none. */
  readonly environment?: string
  readonly process: string
  /** `111122223333:role/NAME` (principal-of.ts). */
  readonly caller: string
  readonly trigger: Trigger
  /** The type of the strategy, and its name where it has one of its own. */
  readonly strategies: readonly string[]
  readonly gitRef?: string
  /** How many findings the image's scan has; absent: nobody knows. */
  readonly findings?: Findings
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type Findings = { readonly critical: number; readonly high: number }

/** A policy that matches, and why. */
export type Match = { readonly policy: PolicySettings; readonly because: string }

export type Verdict = {
  readonly denied: readonly Match[]
  readonly needsApproval: readonly Match[]
}

/** What the policies in force say of one deployment. */
export function judge(policies: readonly PolicySettings[], question: Question): Verdict {
  const matches = policies.flatMap(policy => {
    const reasons = reasonsOf(policy, question)
    return reasons === undefined ? [] : [{ policy, because: reasons.join(', ') || 'it holds always' }]
  })
  return {
    denied: matches.filter(({ policy }) => policy.effect === 'deny'),
    needsApproval: matches.filter(({ policy }) => policy.effect === 'require_approval'),
  }
}

/** What of it is true of the deployment, condition by condition; absent where one is not. */
function reasonsOf(policy: PolicySettings, question: Question): readonly string[] | undefined {
  const answers = conditions.map(condition => condition(policy, question))
  return answers.includes(false) ? undefined : answers.filter(answer => typeof answer === 'string')
}

/** `true`: the policy does not ask. A text: it asks, and that is how it is. `false`: it asks, and it is otherwise. */
type Condition = (policy: PolicySettings, question: Question) => boolean | string

const conditions: readonly Condition[] = [
  ({ environments }, { environment }) =>
    environments === undefined ||
    (environment === undefined
      ? 'the cluster has no tag that names its environment'
      : environments.includes(environment) && `in ${environment}`),
  ({ processes }, { process }) =>
    processes === undefined || (processes.includes(process) && `process ${process}`),
  ({ callers }, { caller }) =>
    callers === undefined || (isAmong(caller, callers) && `asked for by ${caller}`),
  ({ exceptCallers }, { caller }) =>
    exceptCallers === undefined || (!isAmong(caller, exceptCallers) && `asked for by ${caller}`),
  ({ triggers }, { trigger }) => triggers === undefined || (triggers.includes(trigger) && `by ${trigger}`),
  ({ strategies }, { strategies: used }) =>
    strategies === undefined ||
    (used.some(each => strategies.includes(each)) && `strategy ${used.at(-1) ?? ''}`),
  ({ gitRefs }, { gitRef }) =>
    gitRefs === undefined || (gitRef !== undefined && isRefAmong(gitRef, gitRefs) && `of ${gitRef}`),
  ({ exceptGitRefs }, { gitRef }) =>
    exceptGitRefs === undefined ||
    (gitRef === undefined ? 'of no Git ref' : !isRefAmong(gitRef, exceptGitRefs) && `of ${gitRef}`),
  ({ severity }, { findings }) => severity === undefined || findingsText(severity, findings),
  ({ from }, { at }) => from === undefined || at >= Date.parse(from),
  ({ until }, { at }) => until === undefined || (at < Date.parse(until) && `until ${until}`),
]

function isAmong(caller: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => matchesPattern(caller, pattern))
}

/** `main` also means the branch and the tag of that name. */
function isRefAmong(ref: string, patterns: readonly string[]): boolean {
  const short = ref.replace(/^refs\/(?:heads|tags)\//, '')
  return patterns.some(pattern => matchesPattern(ref, pattern) || matchesPattern(short, pattern))
}

/** What nobody knows counts as found: a policy fails closed. */
function findingsText(severity: 'high' | 'critical', findings: Findings | undefined): string | false {
  if (findings === undefined) return 'no scan of its image is known'
  const { critical } = findings
  const high = severity === 'high' ? findings.high : 0
  if (critical + high === 0) return false
  const counts = [...(critical > 0 ? [`${critical} critical`] : []), ...(high > 0 ? [`${high} high`] : [])]
  return `its image has ${counts.join(' and ')} ${critical + high === 1 ? 'finding' : 'findings'}`
}
