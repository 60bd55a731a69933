import type { Io } from '../io.ts'
import { branchOrTag } from './branch-or-tag.ts'
import type { CiJob, CiRef } from './ci-job.ts'
import { said } from './said.ts'

/** https://docs.gitlab.com/ci/variables/predefined_variables/ */
export function gitlab(env: Io['env']): CiJob | undefined {
  if (env['GITLAB_CI'] !== 'true') return undefined
  return {
    system: 'GitLab CI',
    name: 'gitlab-ci',
    actor: said(env, 'GITLAB_USER_LOGIN'),
    commit: said(env, 'CI_COMMIT_SHA'),
    repository: said(env, 'CI_PROJECT_NAME'),
    ref: refOf(env),
    isPush: env['CI_PIPELINE_SOURCE'] === 'push',
  }
}

function refOf(env: Io['env']): CiRef {
  const request = said(env, 'CI_MERGE_REQUEST_IID', 'CI_EXTERNAL_PULL_REQUEST_IID')
  if (request !== undefined) {
    const ref = said(env, 'CI_MERGE_REQUEST_REF_PATH')
    return { is: 'pull_request', variable: request.variable, ...(ref && { gitRef: ref.value }) }
  }
  return branchOrTag({ branch: said(env, 'CI_COMMIT_BRANCH'), tag: said(env, 'CI_COMMIT_TAG') })
}
