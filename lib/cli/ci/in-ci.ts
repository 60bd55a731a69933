import type { DeployRequest } from '../../actions/plan/request.ts'
import type { FolderBranches } from '../../config/branches-of-folder.ts'
import type { Invocation } from '../command.ts'
import type { Io } from '../io.ts'
import { printable } from '../text/printable.ts'
import type { CiJob } from './ci-job.ts'
import { currentJob } from './current-job.ts'
import { environmentOfRef } from './environment-of-ref.ts'

/** A command line with what the CI's own variables add to it, and what they say that is no key. */
export type InCi = {
  readonly invocation: Invocation
  readonly request: { readonly gitRef?: string; readonly trigger?: DeployRequest['trigger'] }
}

/** `environment staging (GITHUB_REF)`. */
type Picked = { readonly what: string; readonly value: string; readonly variable: string }

/** In a CI job: fills in what was not said, out of the variables of the CI system, and tells it. Whatever was said stays. */
export async function inCi(invocation: Invocation, io: Io): Promise<InCi> {
  const job = currentJob(io.env)
  if (job === undefined) return { invocation, request: {} }
  const { keys } = invocation
  const { branchesOfFolder } = await import('../../config/branches-of-folder.ts')
  const folder = branchesOfFolder(io.cwd)
  const environment = environmentPick(invocation, job, { env: io.env, folder })
  const app = folder === undefined ? appPick(invocation, job, io) : undefined
  const commit = commitPick(invocation, job)
  const initiator = keys['initiator'] === undefined ? initiatorPick(job) : undefined
  tell(job, [app, environment, commit, initiator], io)
  // What is cloned from elsewhere is not of the ref that the job runs on.
  const isOfJob = ['source', 'rebuild', 'git_ref'].every(key => keys[key] === undefined)
  return {
    invocation: {
      ...invocation,
      global: {
        ...invocation.global,
        ...(app && { app: app.value }),
        ...(environment && { environment: environment.value }),
      },
      keys: {
        ...keys,
        ...(commit && { git_hash: commit.value }),
        ...(initiator && { initiator: initiator.value }),
      },
    },
    request: {
      ...(isOfJob && 'gitRef' in job.ref && { gitRef: job.ref.gitRef }),
      ...(job.isPush && { trigger: 'push' }),
    },
  }
}

/** Where tapit.yml says which branch deploys where, a job of no such branch deploys nowhere unless it says where. */
function environmentPick(
  { global, keys }: Invocation,
  job: CiJob,
  { env, folder }: Pick<Io, 'env'> & { readonly folder: FolderBranches | undefined },
): Picked | undefined {
  if (global.environment !== undefined || keys['apps'] !== undefined) return undefined
  if (folder === undefined || folder.branches.size === 0) return undefined
  if (isOfOtherApp(folder, global.app ?? env['TAPIT_APP'])) return undefined
  const { environment, variable } = environmentOfRef(job, folder)
  return { what: 'environment', value: environment, variable }
}

function isOfOtherApp({ app }: FolderBranches, wanted: string | undefined): boolean {
  return wanted !== undefined && wanted !== '' && wanted !== app
}

/** Where nothing else says it, an app is called as its repository is. */
function appPick({ global, keys }: Invocation, { repository }: CiJob, { env }: Io): Picked | undefined {
  const isSaid = global.app !== undefined || Boolean(env['TAPIT_APP']) || keys['apps'] !== undefined
  if (isSaid || global.sandbox || repository === undefined) return undefined
  if (!/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(repository.value)) return undefined
  return { what: 'app', ...repository }
}

/** Of what is built, Git itself knows the commit. Some systems say `HEAD`. */
function commitPick({ command, keys }: Invocation, { commit }: CiJob): Picked | undefined {
  const isBuilt = command.words[0] === 'image'
  if (isBuilt || keys['git_hash'] !== undefined || commit === undefined) return undefined
  return /^[0-9a-f]{40,64}$/.test(commit.value) ? { what: 'commit', ...commit } : undefined
}

function initiatorPick({ name, actor }: CiJob): Picked {
  return actor === undefined
    ? { what: 'initiator', value: name, variable: 'CI' }
    : { what: 'initiator', value: `${name}/${actor.value}`, variable: actor.variable }
}

function tell({ system }: CiJob, picks: readonly (Picked | undefined)[], { stderr }: Io): void {
  const told = picks.flatMap(pick =>
    pick === undefined ? [] : [`${pick.what} ${pick.value} (${pick.variable})`],
  )
  if (told.length > 0)
    stderr.write(`${printable(`${system} says: ${told.join(', ')}. Keys and flags overrule it.`)}\n`)
}
