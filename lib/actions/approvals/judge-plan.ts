import type { PolicySettings } from '../../config/schema.ts'
import { type Findings, type Match, type Question, type Verdict, judge } from '../../policy/judge.ts'
import { principalOf } from '../../policy/principal-of.ts'
import type { Gathered } from '../plan/gather.ts'
import type { PlannedProcess, PolicyNote, RefusedProcess } from '../plan/plan.ts'
import type { Ports, WhoIs } from '../ports.ts'
import type { DeployRequest } from '../plan/request.ts'
import { type ImageScans, imageFindings } from './image-findings.ts'
import { environmentOf } from '../services/environment-of.ts'
import { readPolicies } from './read-policies.ts'

/** What the policies in force say of a deploy. It is judged as a whole: what stops one of its processes stops them all. */
export type Judgement = {
  /** Names of the policies in force. */
  readonly policies: readonly string[]
  /** Who asks for it, and AWS's time. */
  readonly who: WhoIs
  /** What forbids it, each policy once. */
  readonly denied: readonly Match[]
  /** What wants it approved, each policy once. */
  readonly needsApproval: readonly Match[]
  /** What would have objected, and somebody goes past. */
  readonly overridden: readonly Match[]
  /** What is told of each process. */
  readonly notes: readonly PolicyNote[]
}

/** What policies ask of a process that is to be deployed. */
export type JudgedProcess = Pick<
  PlannedProcess,
  'is' | 'process' | 'strategy' | 'strategyName' | 'repository' | 'imageDigest'
>

export type JudgeOptions = {
  readonly request: Pick<DeployRequest, 'trigger' | 'gitRef' | 'pinned' | 'override' | 'overrides'>
  readonly gathered: Pick<Gathered, 'cluster' | 'parameters'>
  readonly ports: Pick<Ports, 'identity' | 'imageStore'>
  /** @default - what the registry of each image says */
  readonly scans?: ImageScans
  /** Who asked for it, where somebody else starts it. @default - the caller */
  readonly requester?: Pick<WhoIs, 'arn' | 'userId'>
}

/**
 * Judges a plan: in the environment that the cluster's tag names, by the identity and the time that AWS tells. Absent where no policy is in
 * force. One that cannot be understood lets nothing through.
 */
export async function judgePlan(
  { processes }: { readonly processes: readonly (JudgedProcess | RefusedProcess)[] },
  { request, gathered, ports, requester, scans = image => imageFindings(image, ports) }: JudgeOptions,
): Promise<Judgement | undefined> {
  const policies = readPolicies(gathered.parameters, gathered.cluster.name)
  if (policies.length === 0) return undefined
  const planned = processes.filter(each => each.is === 'planned')
  const [said, findings] = await Promise.all([ports.identity.whoIs(), findingsOf(planned, policies, scans)])
  const who = { ...said, ...requester }
  const verdicts = planned.map(each => {
    const found = each.imageDigest === undefined ? 'later' : findings.get(keyOf(each))
    const verdict =
      found === 'later'
        ? judge(policies.filter(asksForNoScan), questionOf(each, { request, gathered, who }))
        : judge(policies, questionOf(each, { request, gathered, who, findings: found }))
    return { process: each.process, verdict }
  })
  const isOverridden = ({ policy }: Match): boolean =>
    request.override !== undefined &&
    policy.override === true &&
    (request.overrides?.includes(policy.name) ?? true)
  const all = (of: (verdict: Verdict) => readonly Match[]): readonly Match[] =>
    onceEach(verdicts.flatMap(({ verdict }) => of(verdict)))
  return {
    policies: policies.map(({ name }) => name),
    who,
    denied: all(({ denied }) => denied).filter(match => !isOverridden(match)),
    needsApproval: all(({ needsApproval }) => needsApproval).filter(match => !isOverridden(match)),
    overridden: all(({ denied, needsApproval }) => [...denied, ...needsApproval]).filter(isOverridden),
    notes: verdicts.flatMap(({ process, verdict: { denied, needsApproval } }) =>
      [...denied, ...needsApproval].map((match): PolicyNote => ({
        process,
        policy: match.policy.name,
        effect: match.policy.effect,
        because: match.because,
        isOverridden: isOverridden(match),
      })),
    ),
  }
}

/** The image's scan is there once the image is: then it is judged again. */
function asksForNoScan({ severity }: PolicySettings): boolean {
  return severity === undefined
}

function questionOf(
  plan: JudgedProcess,
  {
    request,
    gathered,
    who,
    findings,
  }: Pick<JudgeOptions, 'request' | 'gathered'> & {
    readonly who: WhoIs
    readonly findings?: Findings
  },
): Question {
  // Never what the command line or a file says: whoever deploys could say anything there.
  const environment = environmentOf(gathered.cluster)
  // What is brought back or promoted is of the ref that it was first deployed from.
  const gitRef = request.pinned?.get(plan.process)?.origin?.gitRef ?? request.gitRef
  return {
    process: plan.process,
    caller: principalOf(who.arn),
    trigger: request.trigger,
    strategies: [plan.strategy, ...(plan.strategyName === undefined ? [] : [plan.strategyName])],
    at: who.at,
    ...(environment !== undefined && { environment }),
    ...(gitRef !== undefined && { gitRef }),
    ...(findings !== undefined && { findings }),
  }
}

/** Of each image once, and only where a policy asks. */
async function findingsOf(
  planned: readonly JudgedProcess[],
  policies: readonly PolicySettings[],
  scans: ImageScans,
): Promise<ReadonlyMap<string, Findings | 'later' | undefined>> {
  if (policies.every(asksForNoScan)) return new Map()
  const images = new Map(
    planned.flatMap(each => {
      const { repository, imageDigest } = each
      return imageDigest === undefined ? [] : [[keyOf(each), { repository, imageDigest }] as const]
    }),
  )
  return new Map(
    await Promise.all([...images].map(async ([key, image]) => [key, await scans(image)] as const)),
  )
}

function keyOf({ repository, imageDigest = '' }: JudgedProcess): string {
  return `${repository}@${imageDigest}`
}

function onceEach(matches: readonly Match[]): readonly Match[] {
  return matches.filter(
    ({ policy }, index) => matches.findIndex(other => other.policy.name === policy.name) === index,
  )
}
