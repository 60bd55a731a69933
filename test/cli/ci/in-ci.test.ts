import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inCi, type InCi } from '../../../lib/cli/ci/in-ci.ts'
import type { Io } from '../../../lib/cli/io.ts'
import { type Ran, run } from '../argv/run.ts'

const commit = '83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d'
const onMain = {
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'octocat',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REPOSITORY: 'example-org/shop',
  GITHUB_SHA: commit,
}
const mapping = 'app: shop\nenvironments:\n  staging: { branch: main }\n  production: { branch: release }\n'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tapit-ci-'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

/** What reaches the work of a command that is typed in a job with these variables. */
async function inJob(
  argv: readonly string[],
  { config, env = onMain }: { config?: string; env?: Io['env'] } = {},
): Promise<Ran & { readonly picked?: InCi }> {
  if (config !== undefined) await writeFile(join(cwd, 'tapit.yml'), config)
  let picked: InCi | undefined
  const ran = await run(argv, {
    handler: async (invocation, io) => {
      picked = await inCi(invocation, { ...io, cwd, env })
      return 0
    },
  })
  return { ...ran, ...(picked && { picked }) }
}

const deploy = ['create', 'deploy', 'docker_tag=v1']

describe('create deploy in a CI job', () => {
  it('takes environment, commit, initiator, Git ref and trigger from its variables, and says so in one line', async () => {
    const { picked, stderr } = await inJob(deploy, { config: mapping })

    expect(picked?.invocation.global.environment).toBe('staging')
    expect(picked?.invocation.keys).toMatchObject({
      git_hash: commit,
      initiator: 'github-actions/octocat',
      docker_tag: 'v1',
    })
    expect(picked?.request).toEqual({ gitRef: 'refs/heads/main', trigger: 'push' })
    expect(stderr).toBe(
      `GitHub Actions says: environment staging (GITHUB_REF), commit ${commit} (GITHUB_SHA), initiator github-actions/octocat (GITHUB_ACTOR). Keys and flags overrule it.\n`,
    )
  })

  it('leaves what was said as it was said, and an empty value is not said', async () => {
    const { picked } = await inJob(
      ['-e', 'production', ...deploy, 'git_hash=1234567', 'initiator=alice', 'tag='],
      { config: mapping },
    )
    const empty = await inJob([...deploy, 'git_hash=', 'initiator='], { config: mapping })

    expect(picked?.invocation.global.environment).toBe('production')
    expect(picked?.invocation.keys).toMatchObject({ git_hash: '1234567', initiator: 'alice' })
    expect(empty.picked?.invocation.keys).toMatchObject({
      git_hash: commit,
      initiator: 'github-actions/octocat',
    })
  })

  it.each([
    {
      of: 'a branch',
      env: { GITHUB_REF: 'refs/heads/feature' },
      says: 'runs on the branch "feature" (GITHUB_REF)',
    },
    { of: 'a tag', env: { GITHUB_REF: 'refs/tags/main' }, says: 'runs on the tag "main" (GITHUB_REF)' },
    {
      of: 'a pull request of a fork whose branch is called main',
      env: { GITHUB_REF: 'refs/pull/12/merge', GITHUB_HEAD_REF: 'main' },
      says: 'runs for a pull request (GITHUB_REF)',
    },
  ])('refuses, with the mapping, for $of that deploys nowhere', async ({ env, says }) => {
    const { code, stderr } = await inJob(deploy, { config: mapping, env: { ...onMain, ...env } })

    expect(code).toBe(2)
    expect(stderr).toContain(says)
    expect(stderr).toContain('tapit.yml maps branches to environments: main → staging, release → production.')
    expect(stderr).toContain('Say the environment with -e')
  })

  it('goes where -e says, whatever it runs for', async () => {
    const { code, picked } = await inJob(['-e', 'staging', ...deploy], {
      config: mapping,
      env: { ...onMain, GITHUB_REF: 'refs/heads/feature' },
    })

    expect(code).toBe(0)
    expect(picked?.invocation.global.environment).toBe('staging')
    expect(picked?.request.gitRef).toBe('refs/heads/feature')
  })

  it('refuses a branch that two environments have', async () => {
    const { code, stderr } = await inJob(deploy, {
      config: 'app: shop\nenvironments:\n  one: { branch: main }\n  two: { branch: main }\n',
    })

    expect(code).toBe(2)
    expect(stderr).toContain('maps it to several: main → one, main → two.')
  })

  it('goes to production, as anywhere else, where no branch is mapped', async () => {
    const { picked } = await inJob(deploy, { config: 'app: shop\n' })

    expect(picked?.invocation.global.environment).toBeUndefined()
  })

  it('takes no environment out of the tapit.yml of another app', async () => {
    const { code, picked } = await inJob(['-a', 'other', ...deploy], {
      config: mapping,
      env: { ...onMain, GITHUB_REF: 'refs/heads/feature' },
    })

    expect(code).toBe(0)
    expect(picked?.invocation.global.environment).toBeUndefined()
  })

  it('leaves each of several apps its own environment', async () => {
    const { code, picked } = await inJob([...deploy, 'apps=shop-eu,shop-us'], {
      config: mapping,
      env: { ...onMain, GITHUB_REF: 'refs/heads/feature' },
    })

    expect(code).toBe(0)
    expect(picked?.invocation.global).toMatchObject({ environment: undefined, app: undefined })
    expect(picked?.request.gitRef).toBe('refs/heads/feature')
  })

  it('takes a Git ref that was said for what it says', async () => {
    const { picked } = await inJob([...deploy, 'git_ref=refs/heads/other'], { config: mapping })

    expect(picked?.request).toEqual({ trigger: 'push' })
  })

  it('calls the app as the repository is called, where nothing else says it', async () => {
    const nowhere = await inJob(deploy)
    const byVariable = await inJob(deploy, { env: { ...onMain, TAPIT_APP: 'other' } })
    const unfit = await inJob(deploy, { env: { ...onMain, GITHUB_REPOSITORY: 'example-org/Shop.js' } })
    const byFile = await inJob(deploy, { config: 'app: other\n' })

    const apps = [nowhere, byVariable, unfit, byFile].map(({ picked }) => picked?.invocation.global.app)
    expect(apps).toEqual(['shop', undefined, undefined, undefined])
    expect(nowhere.stderr).toContain('app shop (GITHUB_REPOSITORY)')
  })

  it('takes no commit that is none', async () => {
    const { picked } = await inJob(deploy, { env: { BUILDKITE: 'true', BUILDKITE_COMMIT: 'HEAD' } })

    expect(picked?.invocation.keys['git_hash']).toBeUndefined()
    expect(picked?.invocation.keys['initiator']).toBe('buildkite')
  })

  it('shows nothing that a terminal obeys', async () => {
    const { stderr } = await inJob(deploy, { env: { ...onMain, GITHUB_ACTOR: 'o\u001b[2Jc\n::error::x' } })

    expect(stderr).toContain('o\\u{1b}[2Jc\\u{a}::error::x')
  })
})

describe('the image commands in a CI job', () => {
  it('leave the commit to Git, which knows what is built', async () => {
    const { picked } = await inJob(['image', 'deploy'], { config: mapping })

    expect(picked?.invocation.keys['git_hash']).toBeUndefined()
    expect(picked?.invocation.global.environment).toBe('staging')
    expect(picked?.invocation.keys['initiator']).toBe('github-actions/octocat')
    expect(picked?.request.gitRef).toBe('refs/heads/main')
  })

  it('name no Git ref for what is cloned from elsewhere', async () => {
    const { picked } = await inJob(['image', 'deploy', 'source=https://example.com/other.git'], {
      config: mapping,
    })

    expect(picked?.request).toEqual({ trigger: 'push' })
  })
})

describe('create deploy on a laptop', () => {
  it('takes nothing from anywhere', async () => {
    const { picked, stderr } = await inJob(deploy, { config: mapping, env: { CI: 'true' } })

    expect(picked?.request).toEqual({})
    expect(picked?.invocation.global.environment).toBeUndefined()
    expect(stderr).toBe('')
  })
})
