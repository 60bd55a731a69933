import type { Previous } from '../../../deployment/deployment.ts'
import type {
  GoesBack,
  Plan,
  PlannedProcess,
  PolicyNote,
  ProcessPlan,
  RefusedProcess,
} from '../../../actions/plan/plan.ts'
import type { StrategyConfig } from '../../../config/app-config.ts'
import { type PlanOptions, ringingOf } from '../ringing-of.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

/** What `create deploy --dry-run` answers under `-o json`. */
export function planDocument(
  { app, environment, cluster, processes, goesBack = [], policies = [], cannotFollow }: Plan,
  options: PlanOptions = {},
): Document {
  return present({
    schemaVersion,
    app,
    environment,
    cluster,
    isDryRun: true,
    isPossible:
      cannotFollow === undefined && processes.every(({ is }) => is === 'planned') && !policies.some(isDenied),
    cannotFollow,
    policies: policies.length === 0 ? undefined : policies.map(note => present({ ...note })),
    processes: [...processes.map(each => processJson(each, options)), ...goesBack.map(goesBackJson)],
  })
}

/** What is in progress, and would be stopped. */
function goesBackJson({ process, id, dockerTag, imageDigest, previous }: GoesBack): Document {
  return present({
    process,
    action: 'stop_deployment',
    id,
    dockerTag,
    imageDigest,
    previous: previous && previousJson(previous),
  })
}

function isDenied({ effect, isOverridden }: PolicyNote): boolean {
  return effect === 'deny' && !isOverridden
}

function processJson(each: ProcessPlan, options: PlanOptions): Document {
  return each.is === 'planned' ? plannedJson(each, options) : refusedJson(each)
}

function plannedJson(each: PlannedProcess, options: PlanOptions): Document {
  const { previous, configuration } = each
  const alarms = configuration.alarms?.enable === true ? configuration.alarms.alarmNames : []
  const ringing = ringingOf(each.process, options)
  return present({
    process: each.process,
    action: 'deploy',
    kind: each.kind,
    strategy: each.strategy,
    strategyName: each.strategyName,
    settings: each.settings === undefined ? undefined : settingsJson(each.settings),
    overrides: each.overrides,
    alarms: alarms.length === 0 ? undefined : alarms,
    alarmsRinging: ringing.length === 0 ? undefined : ringing,
    restore: each.restore !== undefined,
    service: each.service,
    dockerTag: each.dockerTag,
    imageDigest: each.imageDigest,
    pushedAt: iso(each.pushedAt),
    isSameImage: each.isSameImage,
    desired: each.desired,
    desiredBefore: each.count?.before,
    url: each.url,
    previous: previous && previousJson(previous),
    changes: each.changes.map(({ path, is, before, after }) => present({ path, change: is, before, after })),
  })
}

function previousJson({ id, dockerTag, imageDigest, taskDefinition, isPlaceholder }: Previous): Document {
  return present({ id, dockerTag, imageDigest, taskDefinition, isPlaceholder })
}

/** By their keys in tapit.yml. */
function settingsJson({ rollbackOn, targets, name: _name, ...settings }: StrategyConfig): Document {
  return present({
    ...settings,
    rollbackOn: rollbackOn?.map(rule => present(rule)),
    targets: targets === undefined ? undefined : present(targets),
  })
}

function refusedJson({ process, code, reason, advice }: RefusedProcess): Document {
  return present({ process, action: 'refused', error: present({ code, message: reason, advice }) })
}
