import type { Io } from '../io.ts'
import { branchOrTag } from './branch-or-tag.ts'
import type { CiJob, CiRef } from './ci-job.ts'
import { said } from './said.ts'

/**
 * https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/ — nothing there says why a pipeline runs, and who began it is
 * only a UUID.
 */
export function bitbucket(env: Io['env']): CiJob | undefined {
  if (said(env, 'BITBUCKET_BUILD_NUMBER') === undefined) return undefined
  return {
    system: 'Bitbucket Pipelines',
    name: 'bitbucket-pipelines',
    actor: said(env, 'BITBUCKET_STEP_TRIGGERER_UUID'),
    commit: said(env, 'BITBUCKET_COMMIT'),
    repository: said(env, 'BITBUCKET_REPO_SLUG'),
    ref: refOf(env),
    isPush: false,
  }
}

/** In a pull request, `BITBUCKET_BRANCH` is the branch that it comes from. */
function refOf(env: Io['env']): CiRef {
  const request = said(env, 'BITBUCKET_PR_ID')
  if (request !== undefined) return { is: 'pull_request', variable: request.variable }
  return branchOrTag({ branch: said(env, 'BITBUCKET_BRANCH'), tag: said(env, 'BITBUCKET_TAG') })
}
