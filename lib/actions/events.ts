import type { Deployment, Stop } from '../deployment/deployment.ts'
import type { Evidence } from '../deployment/failure.ts'
import type { Observation } from '../deployment/observation.ts'
import type { Instant } from '../deployment/state.ts'
import type { BuildStepName } from '../names/vocabulary.ts'
import type { Group } from '../records/group.ts'
import type { MisplacedTraffic } from './services/misplaced-traffic.ts'
import type { MovedTag } from './approvals/moved-tags.ts'
import type { Plan } from './plan/plan.ts'

/** What happens while deployments are made and followed: facts, in the order they happen. Wording and place are the reporters'. */
export type DeployEvent =
  | { readonly is: 'warned'; readonly at: Instant; readonly warning: Warning }
  | { readonly is: 'planned'; readonly at: Instant; readonly plan: Plan }
  /** A lease seems to be a dead command's: its version is watched for `seconds` before it is taken over. */
  | {
      readonly is: 'waiting_for_lease'
      readonly at: Instant
      readonly process: string
      readonly holder: string
      readonly seconds: number
    }
  | {
      readonly is: 'recorded'
      readonly at: Instant
      readonly group: Group
      readonly deployments: readonly Deployment[]
    }
  /** The deployment entered another state, or learned more in the same one. */
  | {
      readonly is: 'changed'
      readonly at: Instant
      readonly before: Deployment
      readonly deployment: Deployment
      readonly seen?: Observation
    }
  /** A line of the log of a step that comes before `deploy`, or of the release command. Processes that share a build hear the same lines. */
  | {
      readonly is: 'step_log'
      readonly at: Instant
      readonly deployment: Deployment
      readonly step: BuildStepName | 'deploy'
      readonly message: string
    }
  /** What its build does since a moment, or its release command: `[build 3/7] RUN npm ci`. Told again where nothing else was heard for long. */
  | {
      readonly is: 'doing'
      readonly at: Instant
      readonly deployment: Deployment
      readonly what: string
      readonly since: Instant
    }
  /** A look that changed nothing but the counts. */
  | { readonly is: 'seen'; readonly at: Instant; readonly deployment: Deployment; readonly seen: Observation }
  /** tapit asks ECS to roll back, on its own judgement; `deployment.judged` says why. */
  | { readonly is: 'judged'; readonly at: Instant; readonly deployment: Deployment }
  /** Log lines of what failed: shown, never stored. */
  | {
      readonly is: 'logs'
      readonly at: Instant
      readonly deployment: Deployment
      readonly lines: EvidenceLines
    }
  /** AWS slows us down; the loop asks again after `wait` milliseconds. */
  | { readonly is: 'slowed'; readonly at: Instant; readonly wait: number; readonly reason: string }
  /** The state of these cannot be known any more: access was lost. */
  | {
      readonly is: 'unknown'
      readonly at: Instant
      readonly deployments: readonly Deployment[]
      readonly reason: string
    }
  /** Nothing is waited for any longer: `asked` without `--wait`, `time_over`, `interrupted`. */
  | {
      readonly is: 'left'
      readonly at: Instant
      readonly why: 'asked' | 'time_over' | 'interrupted'
      readonly deployments: readonly Deployment[]
    }
  | { readonly is: 'ended'; readonly at: Instant; readonly deployments: readonly Deployment[] }
  /** How many images and revisions beyond `images.keep` are gone. `repository` is its URI. */
  | {
      readonly is: 'pruned'
      readonly at: Instant
      readonly repository: string
      readonly images: number
      readonly revisions: number
    }

/** The last lines of the log of each task in the evidence; none where the log has expired or is elsewhere. */
export type EvidenceLines = readonly { readonly evidence: Evidence; readonly lines: readonly string[] }[]

/** Something that does not stop a deploy but that a person should know. */
export type Warning =
  | { readonly is: 'cannot_follow'; readonly reason: string }
  | { readonly is: 'alarms_ignored'; readonly process: string; readonly alarms: readonly string[] }
  | { readonly is: 'nothing_to_roll_back_to'; readonly process: string }
  | { readonly is: 'no_tasks_wanted'; readonly process: string }
  | {
      readonly is: 'services_left_out'
      readonly services: readonly { readonly name: string; readonly why: string }[]
    }
  | { readonly is: 'tag_chosen'; readonly dockerTag: string; readonly because: 'latest' | 'newest' }
  /** tapit judged it hopeless, but may not stop it: ECS's circuit breaker is left to. */
  | { readonly is: 'cannot_roll_back'; readonly process: string; readonly reason: string }
  | {
      readonly is: 'not_cleaned_up'
      readonly process: string
      readonly what: string
      readonly reason: string
    }
  /** The first share of the traffic bakes for fewer minutes than its alarms take to ring. */
  | {
      readonly is: 'alarms_too_slow'
      readonly process: string
      readonly bake: number
      readonly needed: number
    }
  /** Its strategy alone takes longer than it is waited for. */
  | { readonly is: 'longer_than_wait'; readonly process: string; readonly minutes: number }
  /** The load balancer sends its users to a target group without a healthy target. */
  | ({ readonly is: 'traffic_misplaced'; readonly process: string } & MisplacedTraffic)
  /** The service still has the configuration that only this deployment was to have; the next one that looks tries again. */
  | { readonly is: 'not_restored'; readonly process: string; readonly reason: string }
  /** The image of a past deployment is gone: it is built again from its commit. */
  | {
      readonly is: 'rebuilding'
      readonly process: string
      readonly dockerTag: string
      readonly source: { readonly url: string; readonly ref: string }
    }
  /** A process of one environment that has nothing to be promoted, or nowhere to. */
  | {
      readonly is: 'not_promoted'
      readonly process: string
      readonly why: 'not_in_source' | 'not_in_target' | 'nothing_active'
      readonly from: string
      readonly to: string
    }
  /** The release command belongs to a process that is not deployed now: it did not run. */
  | { readonly is: 'release_left_out'; readonly process: string }
  /** It was stopped, and is started again by this. */
  | {
      readonly is: 'starts_again'
      readonly process: string
      readonly desired: number
      readonly stop: Stop
    }
  /** Auto scaling still rests, since a stop; the next one that looks tries again. */
  | { readonly is: 'not_resumed'; readonly process: string; readonly reason: string }
  /** Somebody goes past policies that would stop it. */
  | {
      readonly is: 'overridden'
      readonly policies: readonly string[]
      readonly by: string
      readonly reason: string
    }
  /** What was approved is started by another command already: this one only looks on. `by` is an ARN. */
  | { readonly is: 'begun_elsewhere'; readonly process: string; readonly by?: string }
  /** A reason was given to go past policies that do not allow it. */
  | { readonly is: 'not_overridden'; readonly policies: readonly string[] }
  /** What is to be approved, or started, is not what its tag names in the registry. */
  | ({ readonly is: 'tag_moved' } & MovedTag)
  /** Newer deployments that a rollback does not go back to: they brought the very version that runs. */
  | {
      readonly is: 'same_version'
      readonly process: string
      readonly deployments: readonly Pick<Deployment, 'id' | 'dockerTag'>[]
    }
  /** Somebody decided on it with others, too late for this one: `reason` and `advice` are sentences. */
  | {
      readonly is: 'not_decided'
      readonly process: string
      readonly reason: string
      readonly advice?: string
    }
  /** What is beyond `images.keep` is still there, or some of it. */
  | { readonly is: 'not_pruned'; readonly repository: string; readonly reason: string }
