import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { type Account, type AccountOptions, openAccount } from './support/account.ts'
import { type Oidc, openOidc } from './support/oidc.ts'
import { type PacedClock, pacedClock } from './support/paced-clock.ts'
import { type Job, openJob } from './support/run-action.ts'

const commit = '83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d'
/** As GitHub documents them for a push to main. */
const push = {
  GITHUB_ACTOR: 'octocat',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_HEAD_REF: '',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REPOSITORY: 'example-org/shop',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '4711',
  GITHUB_SHA: commit,
}

let account: Account
let oidc: Oidc
let job: Job
async function open(options: AccountOptions = {}): Promise<void> {
  account = await openAccount(options)
  oidc = await openOidc(account.url)
  const { TAPIT_APP: _, ...env } = account.env
  job = await openJob({ ...env, ...push })
  await writeFile(
    join(job.workspace, 'tapit.yml'),
    'app: shop\nenvironments:\n  production: { branch: main }\n',
  )
}
afterEach(async () => {
  await job.remove()
  await oidc.close()
  await account.close()
})

describe('the action', () => {
  beforeEach(() => open())

  it('deploys what its inputs say, to where the branch goes, and hands its outputs on', async () => {
    const { ended } = await job.use({ docker_tag: 'v1.2.3', process: 'worker' })
    const { code, outputs, summary, stderr } = await ended

    expect(stderr).toContain('GitHub Actions says: environment production (GITHUB_REF)')
    expect(code).toBe(0)
    expect(outputs).toMatchObject({ status: 'finalized', outcome: 'done', docker_tag: 'v1.2.3' })
    expect(summary).toContain('v1.2.3 is live on worker')
    const { document } = await account.json('show', 'deploy', `id=${outputs['group']}`)
    expect(document.deployments).toMatchObject([
      { process: 'worker', trigger: 'push', gitHash: commit, initiator: 'github-actions/octocat' },
    ])
    expect(JSON.parse(outputs['deployments'] ?? '')).toMatchObject([{ id: document.deployments[0].id }])
  })

  it('fails where a process rolls back, and says which and why', async () => {
    const { ended } = await job.use({ docker_tag: 'v1.3.0', process: 'worker' })
    const { code, outputs, summary, stderr } = await ended

    expect(code).toBe(1)
    expect(outputs).toMatchObject({ outcome: 'failed' })
    expect(stderr).toMatch(/^::error title=worker.*::container_exited: /m)
    expect(summary).toContain('QUEUE&#95;URL is not set')
  })

  it('takes an input for a text, whatever a shell would make of it', async () => {
    const { ended } = await job.use({
      docker_tag: `v1"; touch pwned; "$(touch pwned)\`touch pwned\`\n::set-output name=group::x`,
    })
    const { code, outputs } = await ended

    expect(code).not.toBe(0)
    expect(existsSync(join(job.workspace, 'pwned'))).toBe(false)
    expect(outputs['group']).toBe('')
  })

  it('assumes its role with a token of the job, in the place of whatever else is there', async () => {
    const mine = await openJob({ ...account.env, ...push, ...oidc.env })
    const { ended } = await mine.use({
      docker_tag: 'v1.2.3',
      process: 'worker',
      role: 'arn:aws:iam::111122223333:role/shop-deploy',
      region: account.env['AWS_REGION'] ?? '',
      environment: 'production',
    })
    const { code } = await ended
    await mine.remove()

    expect(code).toBe(0)
    expect(oidc.traded).toHaveLength(1)
    expect(Object.fromEntries(oidc.traded[0] ?? [])).toMatchObject({
      RoleArn: 'arn:aws:iam::111122223333:role/shop-deploy',
      RoleSessionName: 'tapit-4711-1',
      WebIdentityToken: 'signed-by-github',
    })
  })

  it.each(['credentials', 'config'])(
    'assumes its role though ~/.aws/%s of the runner has a default profile',
    async file => {
      const home = join(job.workspace, 'home')
      await mkdir(join(home, '.aws'), { recursive: true })
      await writeFile(
        join(home, '.aws', file),
        '[default]\naws_access_key_id = AKIASANDBOXEVE\naws_secret_access_key = sandbox\n',
      )
      const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...env } = account.env
      const mine = await openJob({ ...env, ...push, ...oidc.env, HOME: home })
      const { ended } = await mine.use({
        docker_tag: 'v1.2.3',
        process: 'worker',
        role: 'arn:aws:iam::111122223333:role/shop-deploy',
        environment: 'production',
        wait: 'false',
      })
      const { code, outputs } = await ended
      await mine.remove()

      const { document } = await account.json('show', 'deploy', `id=${outputs['group']}`)
      expect(code).toBe(0)
      expect(document.group.caller).not.toContain('eve')
      expect(oidc.traded[0]?.get('RoleArn')).toBe('arn:aws:iam::111122223333:role/shop-deploy')
    },
  )

  it('as GitHub fetches it, which is not built, installs the tapit of its own version', async () => {
    const fetched = await openJob({ ...account.env, ...push }, { isBuilt: false })
    const { ended } = await fetched.use({ docker_tag: 'v1.2.3', process: 'worker' })
    const { code, stderr, outputs } = await ended
    await fetched.remove()

    expect(stderr).toMatch(new RegExp(`^npm install --prefix /.* tapit@${manifest.version}$`, 'm'))
    expect(code).toBe(0)
    expect(outputs).toMatchObject({ outcome: 'done' })
  })

  it('refuses a role in a job that may not ask for a token', async () => {
    const { ended } = await job.use({ role: 'arn:aws:iam::111122223333:role/shop-deploy' })
    const { code, stderr } = await ended

    expect(code).toBe(2)
    expect(stderr).toContain('::error title=tapit::role: the job needs "permissions: { id-token: write')
  })

  it('refuses what is no command', async () => {
    const { ended } = await job.use({ command: 'create deploy --yes' })
    const { code, stderr } = await ended

    expect(code).toBe(2)
    expect(stderr).toContain('command "create deploy --yes" is no command')
  })
})

describe('the action in a job', () => {
  // It stands still, so that nothing ends before the signal.
  let clock: PacedClock
  beforeEach(async () => {
    clock = pacedClock()
    clock.hold()
    await open({ clock })
  })
  afterEach(() => clock.stop())

  it('that is cancelled ends in time and says how to follow what goes on', async () => {
    const { running, ended } = await job.use({ docker_tag: 'v1.2.3', process: 'worker' })
    await expect.poll(() => running.stderr(), { timeout: 60_000 }).toMatch(/starting candidate/)

    // GitHub sends SIGINT to the process that it has started, SIGTERM 7.5 s later, and then kills it.
    const kill = setTimeout(() => running.kill('SIGKILL'), 7_500)
    running.kill('SIGINT')
    const { code, summary, outputs } = await ended
    clearTimeout(kill)
    clock.release()

    expect(code).toBe(130)
    expect(outputs).toMatchObject({ outcome: 'interrupted', group: expect.stringMatching(/^grp_/) })
    expect(summary).toMatch(/Interrupted/)
    expect(summary).toMatch(/tapit -a shop show deploy id&#61;dep/)
    await expect
      .poll(async () => (await account.json('show', 'deploy')).document.deployments[0].status, {
        timeout: 60_000,
      })
      .toBe('finalized')
  })

  it('that is killed has named its group before', async () => {
    const { running, ended } = await job.use({ docker_tag: 'v1.2.3', process: 'worker' })
    await expect.poll(() => running.stderr(), { timeout: 60_000 }).toMatch(/starting candidate/)

    running.kill('SIGKILL')
    clock.release()
    const { outputs } = await ended

    const { document } = await account.json('show', 'deploy', `id=${outputs['group']}`)
    expect(document.group.id).toBe(outputs['group'])
  })
})
