import type { Io } from '../io.ts'
import { bitbucket } from './bitbucket.ts'
import { buildkite } from './buildkite.ts'
import type { CiJob } from './ci-job.ts'
import { circleci } from './circleci.ts'
import { githubActions } from './github-actions.ts'
import { gitlab } from './gitlab.ts'

const systems = [githubActions, gitlab, bitbucket, circleci, buildkite]

/** The CI job in which this runs; absent on a laptop, and in systems that are not known. */
export function currentJob(env: Io['env']): CiJob | undefined {
  for (const system of systems) {
    const job = system(env)
    if (job !== undefined) return job
  }
  return undefined
}
