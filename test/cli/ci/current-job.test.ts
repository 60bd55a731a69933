import { describe, expect, it } from 'vitest'
import { currentJob } from '../../../lib/cli/ci/current-job.ts'

const commit = '83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d'

/** As the systems document them, with what else they set that could be mistaken. */
const github = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'octocat',
  GITHUB_TRIGGERING_ACTOR: 'hubot',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_HEAD_REF: '',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REPOSITORY: 'example-org/shop',
  GITHUB_SHA: commit,
}
const gitlab = {
  CI: 'true',
  GITLAB_CI: 'true',
  CI_COMMIT_BRANCH: 'main',
  CI_COMMIT_REF_NAME: 'main',
  CI_COMMIT_SHA: commit,
  CI_PIPELINE_SOURCE: 'push',
  CI_PROJECT_NAME: 'shop',
  GITLAB_USER_LOGIN: 'octocat',
}
const bitbucket = {
  CI: 'true',
  BITBUCKET_BUILD_NUMBER: '12',
  BITBUCKET_BRANCH: 'main',
  BITBUCKET_COMMIT: commit,
  BITBUCKET_REPO_SLUG: 'shop',
  BITBUCKET_STEP_TRIGGERER_UUID: '{d5b2}',
}
const circleci = {
  CI: 'true',
  CIRCLECI: 'true',
  CIRCLE_BRANCH: 'main',
  CIRCLE_PROJECT_REPONAME: 'shop',
  CIRCLE_SHA1: commit,
  CIRCLE_USERNAME: 'octocat',
}
const buildkite = {
  CI: 'true',
  BUILDKITE: 'true',
  BUILDKITE_BRANCH: 'main',
  BUILDKITE_BUILD_CREATOR: 'Octo Cat',
  BUILDKITE_COMMIT: commit,
  BUILDKITE_PIPELINE_SLUG: 'shop',
  BUILDKITE_PULL_REQUEST: 'false',
  BUILDKITE_SOURCE: 'webhook',
  BUILDKITE_TAG: '',
}

describe('the job', () => {
  it.each([
    { env: github, system: 'GitHub Actions', actor: 'hubot', branch: 'GITHUB_REF', isPush: true },
    { env: gitlab, system: 'GitLab CI', actor: 'octocat', branch: 'CI_COMMIT_BRANCH', isPush: true },
    {
      env: bitbucket,
      system: 'Bitbucket Pipelines',
      actor: '{d5b2}',
      branch: 'BITBUCKET_BRANCH',
      isPush: false,
    },
    { env: circleci, system: 'CircleCI', actor: 'octocat', branch: 'CIRCLE_BRANCH', isPush: false },
    { env: buildkite, system: 'Buildkite', actor: 'Octo Cat', branch: 'BUILDKITE_BRANCH', isPush: true },
  ])('of $system is known by its own variables', ({ env, system, actor, branch, isPush }) => {
    const job = currentJob(env)

    expect(job).toMatchObject({
      system,
      actor: { value: actor },
      commit: { value: commit },
      repository: { value: 'shop' },
      ref: { is: 'branch', name: { value: 'main', variable: branch }, gitRef: 'refs/heads/main' },
      isPush,
    })
  })

  it.each([
    { env: { ...github, GITHUB_REF: 'refs/tags/v1.2.3' } },
    { env: { ...gitlab, CI_COMMIT_BRANCH: undefined, CI_COMMIT_TAG: 'v1.2.3' } },
    { env: { ...bitbucket, BITBUCKET_BRANCH: undefined, BITBUCKET_TAG: 'v1.2.3' } },
    { env: { ...circleci, CIRCLE_BRANCH: undefined, CIRCLE_TAG: 'v1.2.3' } },
    { env: { ...buildkite, BUILDKITE_BRANCH: 'v1.2.3', BUILDKITE_TAG: 'v1.2.3' } },
  ])('of a tag has no branch ($env)', ({ env }) => {
    const job = currentJob(env)

    expect(job?.ref).toMatchObject({ is: 'tag', name: { value: 'v1.2.3' }, gitRef: 'refs/tags/v1.2.3' })
  })

  it.each([
    {
      of: 'GitHub',
      env: {
        ...github,
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_HEAD_REF: 'main',
        GITHUB_REF: 'refs/pull/12/merge',
      },
      gitRef: 'refs/pull/12/merge',
    },
    {
      of: 'GitHub, on the branch that it would be merged into',
      env: { ...github, GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_HEAD_REF: 'main' },
      gitRef: undefined,
    },
    {
      of: 'GitLab',
      env: {
        ...gitlab,
        CI_COMMIT_BRANCH: undefined,
        CI_MERGE_REQUEST_IID: '12',
        CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/12/head',
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'main',
      },
      gitRef: 'refs/merge-requests/12/head',
    },
    { of: 'Bitbucket', env: { ...bitbucket, BITBUCKET_PR_ID: '12' }, gitRef: undefined },
    { of: 'CircleCI', env: { ...circleci, CIRCLE_BRANCH: 'pull/12' }, gitRef: undefined },
    { of: 'Buildkite', env: { ...buildkite, BUILDKITE_PULL_REQUEST: '12' }, gitRef: undefined },
  ])('of a pull request has no branch, however its own is called: $of', ({ env, gitRef }) => {
    const job = currentJob(env)

    expect(job?.ref).toEqual({
      is: 'pull_request',
      variable: expect.any(String),
      ...(gitRef !== undefined && { gitRef }),
    })
  })

  it('of CircleCI on a branch that has a pull request open runs on that branch', () => {
    const job = currentJob({ ...circleci, CIRCLE_PULL_REQUEST: 'https://github.com/example-org/shop/pull/3' })

    expect(job?.ref).toMatchObject({ is: 'branch', name: { value: 'main' } })
  })

  it.each(['workflow_run', 'issue_comment'])(
    'of GitHub that a %s began has no branch: its own is the default one, whatever that is about',
    event => {
      const job = currentJob({ ...github, GITHUB_EVENT_NAME: event })

      expect(job?.ref).toEqual({ is: 'unknown' })
      expect(job?.commit).toBeUndefined()
    },
  )

  it('that is begun by hand or by a schedule is no push', () => {
    const jobs = [
      currentJob({ ...github, GITHUB_EVENT_NAME: 'workflow_dispatch' }),
      currentJob({ ...gitlab, CI_PIPELINE_SOURCE: 'schedule' }),
      currentJob({ ...buildkite, BUILDKITE_SOURCE: 'ui' }),
    ]

    expect(jobs.map(job => job?.isPush)).toEqual([false, false, false])
  })

  it('is none on a laptop, and none of a system that is not known', () => {
    expect(currentJob({})).toBeUndefined()
    expect(currentJob({ CI: 'true', GITHUB_ACTIONS: 'false' })).toBeUndefined()
  })
})
