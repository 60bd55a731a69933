import type { Io } from '../io.ts'
import { branchOrTag } from './branch-or-tag.ts'
import type { CiJob, CiRef } from './ci-job.ts'
import { said } from './said.ts'

/** https://circleci.com/docs/reference/variables/ — why a pipeline runs is a pipeline value, and no variable. */
export function circleci(env: Io['env']): CiJob | undefined {
  if (env['CIRCLECI'] !== 'true') return undefined
  return {
    system: 'CircleCI',
    name: 'circleci',
    actor: said(env, 'CIRCLE_USERNAME'),
    commit: said(env, 'CIRCLE_SHA1'),
    repository: said(env, 'CIRCLE_PROJECT_REPONAME'),
    ref: refOf(env),
    isPush: false,
  }
}

/**
 * A job of a fork's pull request runs on the branch `pull/12`. `CIRCLE_PULL_REQUEST` says less: it is also set on a branch that happens to
 * have a request open, such as `main` into `release`.
 */
function refOf(env: Io['env']): CiRef {
  const branch = said(env, 'CIRCLE_BRANCH')
  const fork =
    said(env, 'CIRCLE_PR_NUMBER') ?? (branch?.value.startsWith('pull/') === true ? branch : undefined)
  if (fork !== undefined) return { is: 'pull_request', variable: fork.variable }
  return branchOrTag({ branch, tag: said(env, 'CIRCLE_TAG') })
}
