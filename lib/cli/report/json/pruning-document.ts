import type { Pruned } from '../../../actions/prune/carry-out.ts'
import type { PruningPlan } from '../../../actions/prune/plan-pruning.ts'
import { goingOf } from '../../../actions/prune/repository-plan.ts'
import { revisionName } from '../../../deployment/task-definition.ts'
import type { StoredImage } from '../../../images/ports.ts'
import type { KeepReason } from '../../../images/retention.ts'
import { repositoryPath } from '../../../names/repository-path.ts'
import { type Document, schemaVersion } from './document.ts'
import { iso } from './iso.ts'
import { present } from './present.ts'

export type Pruning = {
  /** The app in its environment. */
  readonly app: string
  readonly plans: readonly PruningPlan[]
  /** Of each plan; absent after a dry run. */
  readonly done?: readonly Pruned[]
}

/** What `prune images` answers under `-o json`: what goes, or went, and what stays and why. */
export function pruningDocument({ app, plans, done }: Pruning): Document {
  return {
    schemaVersion,
    app,
    repositories: plans.map(plan =>
      repositoryJson(
        plan,
        done?.find(each => each.plan === plan),
      ),
    ),
    isDryRun: done === undefined,
  }
}

function repositoryJson(plan: PruningPlan, pruned: Pruned | undefined): Document {
  const place = { repository: repositoryPath(plan.repository), uri: plan.repository }
  if (plan.is === 'left')
    return {
      ...place,
      notPruned: { code: plan.code, reason: plan.reason },
      remove: [],
      kept: [],
      revisions: [],
    }
  const stays = plan.verdicts.filter(({ reasons }) => reasons.length > 0)
  return present({
    ...place,
    keep: plan.keep,
    remove: (pruned?.removal.removed ?? goingOf(plan.verdicts)).map(removedJson),
    kept: stays.map(({ image: { digest, tags }, reasons }) => ({
      digest,
      tags,
      reasons: reasons.map(reasonJson),
    })),
    refused: pruned?.removal.refused.map(({ digest, why }) => ({ digest, why })),
    revisions: (pruned?.revisions ?? plan.staleRevisions).map(revisionName),
  })
}

function removedJson({ digest, tags, pushedAt, sizeInBytes }: StoredImage): Document {
  return present({ digest, tags, pushedAt: iso(pushedAt), sizeInBytes })
}

function reasonJson(reason: KeepReason): Document {
  switch (reason.is) {
    case 'pushed':
    case 'pulled':
      return present({ code: reason.is, at: iso(reason.at) })
    default: {
      const { is: code, ...facts } = reason
      return { code, ...facts }
    }
  }
}
