import type { Io } from '../io.ts'
import { branchOrTag } from './branch-or-tag.ts'
import type { CiJob, CiRef } from './ci-job.ts'
import { said } from './said.ts'

/** https://buildkite.com/docs/pipelines/configure/environment-variables */
export function buildkite(env: Io['env']): CiJob | undefined {
  if (env['BUILDKITE'] !== 'true') return undefined
  return {
    system: 'Buildkite',
    name: 'buildkite',
    actor: said(env, 'BUILDKITE_BUILD_CREATOR', 'BUILDKITE_BUILD_AUTHOR'),
    commit: said(env, 'BUILDKITE_COMMIT'),
    repository: said(env, 'BUILDKITE_PIPELINE_SLUG'),
    ref: refOf(env),
    isPush: env['BUILDKITE_SOURCE'] === 'webhook',
  }
}

/** `BUILDKITE_PULL_REQUEST` is its number, or the word `false`. */
function refOf(env: Io['env']): CiRef {
  const request = said(env, 'BUILDKITE_PULL_REQUEST')
  if (request !== undefined && request.value !== 'false')
    return { is: 'pull_request', variable: request.variable }
  return branchOrTag({ branch: said(env, 'BUILDKITE_BRANCH'), tag: said(env, 'BUILDKITE_TAG') })
}
