import type { Io } from '../io.ts'
import { branchOrTag } from './branch-or-tag.ts'
import type { CiJob, CiRef, SaidByCi } from './ci-job.ts'
import { said } from './said.ts'

/** Jobs of these events have ref and commit of the default branch, whatever the run or the comment is about. */
const aboutOthers: readonly (string | undefined)[] = ['workflow_run', 'issue_comment']

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function githubActions(env: Io['env']): CiJob | undefined {
  if (env['GITHUB_ACTIONS'] !== 'true') return undefined
  const isAboutOthers = aboutOthers.includes(env['GITHUB_EVENT_NAME'])
  return {
    system: 'GitHub Actions',
    name: 'github-actions',
    // Who runs a job again is not who began it first.
    actor: said(env, 'GITHUB_TRIGGERING_ACTOR', 'GITHUB_ACTOR'),
    commit: isAboutOthers ? undefined : said(env, 'GITHUB_SHA'),
    repository: withoutOwner(said(env, 'GITHUB_REPOSITORY')),
    ref: isAboutOthers ? { is: 'unknown' } : refOf(env),
    isPush: env['GITHUB_EVENT_NAME'] === 'push',
  }
}

const branches = 'refs/heads/'
const tags = 'refs/tags/'
const pullRequests = 'refs/pull/'

function refOf(env: Io['env']): CiRef {
  const ref = said(env, 'GITHUB_REF')
  const isOfRequest = ref?.value.startsWith(pullRequests) === true
  if (isOfRequest || said(env, 'GITHUB_HEAD_REF') !== undefined) {
    // `pull_request_target` runs on the branch that is merged into, often with the code of the request checked out.
    return { is: 'pull_request', variable: 'GITHUB_REF', ...(isOfRequest && { gitRef: ref.value }) }
  }
  return branchOrTag({ branch: after(branches, ref), tag: after(tags, ref) })
}

function after(beginning: string, ref: SaidByCi | undefined): SaidByCi | undefined {
  return ref?.value.startsWith(beginning) === true
    ? { ...ref, value: ref.value.slice(beginning.length) }
    : undefined
}

function withoutOwner(repository: SaidByCi | undefined): SaidByCi | undefined {
  return repository && { ...repository, value: repository.value.split('/').at(-1) ?? '' }
}
