import { pointerTo } from '../../../actions/settle/finalize.ts'
import type { EvidenceLines } from '../../../actions/events.ts'
import type { Deployment } from '../../../deployment/deployment.ts'
import { exitOf, groupStatusOf, isSettled } from '../../../deployment/projections.ts'
import type { ExitName } from '../../../names/refusal.ts'
import type { Group } from '../../../records/group.ts'
import type { Invocation } from '../../command.ts'
import type { Io } from '../../io.ts'
import { deploymentsDocument } from '../json.ts'
import { annotations } from './annotations.ts'
import { openRunner } from './runner.ts'
import { summary } from './summary.ts'

/** How a deploy ended. */
export type Ended = {
  readonly exit: ExitName
  /** Absent where only a plan was made. */
  readonly group?: Group
  readonly deployments: readonly Deployment[]
  /** By the deployment's id. */
  readonly evidenceLines: ReadonlyMap<string, EvidenceLines>
}

/** Tells a step of GitHub Actions how it ended. */
export type GithubReport = {
  /** Writes the id of the group: a job that is killed later still has it. */
  recorded(group: Group): Promise<void>
  /** Writes the step's outputs, and a summary for the page of the job. */
  ended(ended: Ended): Promise<void>
  /** Annotates the step; after it the runner takes commands again. */
  close(): void
}

/** For `GITHUB_ACTIONS=true`. */
export function githubReport(
  { global: { sandbox: isSandbox } }: Pick<Invocation, 'global'>,
  io: Io,
  { newToken }: { newToken(): string },
): GithubReport {
  const runner = openRunner(io, newToken())
  return {
    recorded: ({ id }) => runner.setOutputs({ group: id }),
    async ended(ended) {
      const { group, deployments, exit, evidenceLines } = ended
      if (group === undefined) return
      runner.annotate(annotations(deployments, exit))
      await runner.summarize(summary({ deployments, exit, evidenceLines, now: io.clock.now(), isSandbox }))
      await runner.setOutputs(outputsOf({ ...ended, group }))
    },
    close: () => runner.close(),
  }
}

/** Without log lines: outputs are handed on to other jobs. */
function outputsOf({
  group,
  deployments,
  exit,
}: Ended & { readonly group: Group }): Readonly<Record<string, string>> {
  const pointers = deployments.flatMap(deployment => pointerTo(deployment) ?? [])
  const document = deploymentsDocument({ group, deployments, pointers })
  return {
    group: group.id,
    status: groupStatusOf(deployments.map(({ state }) => state)),
    outcome: outcomeOf({ deployments, exit }),
    docker_tag: [...new Set(deployments.map(({ dockerTag }) => dockerTag))].join(','),
    url: deployments.find(({ url }) => url !== undefined)?.url ?? '',
    deployments: JSON.stringify(document['deployments']),
  }
}

/** Without `--wait` all went well, and nothing is done: it is under way, or waits for an approval, or to be started after one. */
function outcomeOf({ deployments, exit }: Pick<Ended, 'deployments' | 'exit'>): ExitName {
  if (exit !== 'done') return exit
  return exitOf(deployments.map(({ state }) => state).filter(state => !isSettled(state)))
}
