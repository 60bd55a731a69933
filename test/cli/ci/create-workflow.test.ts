import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { openFolder } from '../../../lib/adapters/folder.ts'
import { main } from '../../../lib/cli/main.ts'
import { fakeIo } from '../report/fake-io.ts'
import manifest from '../../../package.json' with { type: 'json' }

const example = fileURLToPath(new URL('../../../examples/github-actions/deploy.yml', import.meta.url))
const usual = '.github/workflows/deploy.yml'
const shop = 'app: shop\nprocesses: { default: { port: 8080, readiness: { type: http, path: /healthz } } }\n'
const twoEnvironments = `${shop}region: eu-west-1
github: example-org/shop
environments:
  staging: { branch: main }
  production: { branch: release, account: "111122223333" }
`

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tapit-workflow-'))
  await mkdir(join(cwd, '.git'))
})
afterEach(() => rm(cwd, { recursive: true, force: true }))

async function create(
  config: string | undefined,
  ...argv: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  if (config !== undefined) await writeFile(join(cwd, 'tapit.yml'), config)
  const written = { stdout: '', stderr: '' }
  const io = fakeIo({ isTTY: false })
  const code = await main(['create', 'workflow', ...argv], {
    ...io,
    stdout: { ...io.stdout, write: text => void (written.stdout += text) },
    stderr: { ...io.stderr, write: text => void (written.stderr += text) },
    cwd,
    version: manifest.version,
    openFolder: async path => openFolder(path),
  })
  return { code, ...written }
}

const textOf = (file = usual): Promise<string> => readFile(join(cwd, file), 'utf8')

describe('create workflow', () => {
  it('writes the workflow of examples/github-actions', async () => {
    const { code } = await create(twoEnvironments)

    expect(code).toBe(0)
    await expect(await textOf()).toMatchFileSnapshot(example)
  })

  it('gives each environment a job that only a push to its branch runs, in that environment and one at a time', async () => {
    await create(twoEnvironments)

    const { on, jobs } = parse(await textOf())
    expect(on).toEqual({ push: { branches: ['main', 'release'] }, release: { types: ['released'] } })
    expect(Object.keys(jobs)).toEqual(['deploy-staging', 'deploy-production', 'promote-to-production'])
    expect(jobs['deploy-staging']).toMatchObject({
      if: "github.event_name == 'push' && github.ref == 'refs/heads/main'",
      environment: 'staging',
      concurrency: { group: 'deploy-staging', 'cancel-in-progress': false },
    })
    expect(jobs['promote-to-production']).toMatchObject({
      if: "github.event_name == 'release'",
      environment: 'production',
      concurrency: { group: 'deploy-production', 'cancel-in-progress': false },
    })
  })

  it('gives the jobs nothing but what they need, and pins what is not ours to a commit', async () => {
    await create(twoEnvironments)

    const { permissions, jobs } = parse(await textOf())
    const all = Object.values<any>(jobs)
    expect(permissions).toEqual({})
    expect(all.map(job => job.permissions)).toEqual(
      all.map(() => ({ contents: 'read', 'id-token': 'write' })),
    )
    const used = [...(await textOf()).matchAll(/uses: (.+)/g)].map(([, action]) => action)
    expect(used).toHaveLength(9)
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('lets no value of GitHub’s into a script, and every command take the place of its shell', async () => {
    await create(twoEnvironments)

    const scripts = Object.values<any>(parse(await textOf()).jobs)
      .flatMap(job => job.steps)
      .flatMap(({ run }) => run ?? [])
    expect(scripts.join('\n')).not.toContain('${{')
    expect(scripts.filter(run => /^tapit /m.test(run))).toEqual([])
    expect(scripts.filter(run => run.startsWith('exec tapit'))).toHaveLength(5)
  })

  it('writes the role where the account is known, and says what is left to do', async () => {
    const { stdout } = await create(twoEnvironments)

    const { jobs } = parse(await textOf())
    expect(jobs['deploy-production'].steps[2].with['role-to-assume']).toMatch(
      /^arn:aws:iam::111122223333:role\/tapit-deploy-shop/,
    )
    expect(jobs['deploy-staging'].steps[2].with['role-to-assume']).toBe('${{ vars.DEPLOY_ROLE }}')
    expect(stdout).toContain('a push to main → build, deploy to staging')
    expect(stdout).toContain('a release → promote from staging to production')
    expect(stdout).toContain('production by the tags of releases too')
    expect(stdout).toContain('variable DEPLOY_ROLE')
    expect(stdout).toContain('PROMOTE_ROLE')
  })

  it('takes branches by their names, whatever they would mean in a pattern', async () => {
    await create(`${shop}environments: { production: { branch: "it's[1]" } }\n`)

    const { on, jobs } = parse(await textOf())
    expect(on.push.branches).toEqual(["it's\\[1\\]"])
    expect(jobs['deploy-production'].if).toContain("github.ref == 'refs/heads/it''s[1]'")
  })

  it('takes branches by their names, whatever they would mean in YAML', async () => {
    await create(`${shop}environments: { production: { branch: "a{b}'c, d" } }\n`)

    const { on, jobs } = parse(await textOf())
    expect(on.push.branches).toEqual(["a{b}'c, d"])
    expect(jobs['deploy-production'].if).toContain("== 'refs/heads/a{b}''c, d'")
  })

  it.each(['a${{github.token}}b', '${{ github.ref_name }}'])(
    'refuses the expression %s for a branch, and writes nothing',
    async branch => {
      const { code, stderr } = await create(`${shop}environments: { production: { branch: "${branch}" } }\n`)

      expect(code).toBe(2)
      expect(stderr).toContain(
        `environments.production.branch: "${branch}" is not allowed: a branch is written by its name`,
      )
      await expect(textOf()).rejects.toThrow('ENOENT')
    },
  )

  it('asks for no role to promote with where tapit.yml grants it, and promotes from there', async () => {
    const { stdout } = await create(`${shop}environments:
  test: { branch: next }
  staging: { branch: main }
  production: { promotesFrom: [staging] }
`)

    expect(stdout).toContain('a release → promote from staging to production')
    expect(stdout).toContain('DEPLOY_ROLE')
    expect(stdout).not.toContain('PROMOTE_ROLE')
  })

  it('says how a role may promote where tapit.yml does not grant it', async () => {
    const { stdout } = await create(
      `${shop}environments: { staging: { branch: main }, production: { branch: release } }\n`,
    )

    expect(stdout).toContain('Say `promotesFrom: [staging]` of production in tapit.yml')
    expect(stdout).toContain('Or set the variable PROMOTE_ROLE of production')
  })

  it('names a role of its own alone for a promotion from another account', async () => {
    const { stdout } = await create(`${shop}environments:
  staging: { branch: main, account: "444455556666" }
  production: { branch: release, account: "111122223333" }
`)

    expect(stdout).toContain(
      'staging is in another account than production: set the variable PROMOTE_ROLE of production',
    )
    expect(stdout).not.toContain('promotesFrom')
  })

  it('deploys main to production where no branch is mapped, promotes nothing, and says so', async () => {
    const { stdout } = await create(shop)

    const { on, jobs } = parse(await textOf())
    expect(on).toEqual({ push: { branches: ['main'] } })
    expect(Object.keys(jobs)).toEqual(['deploy-production'])
    expect(stdout).toContain('maps no branch, so main was taken')
  })

  it('refuses to write over a file that is there, unless it is told to', async () => {
    await create(twoEnvironments)
    await writeFile(join(cwd, usual), 'mine')
    const refused = await create(undefined)
    const kept = await textOf()
    const forced = await create(undefined, '--force')

    expect(refused.code).toBe(3)
    expect(refused.stderr).toContain('is here already')
    expect(kept).toBe('mine')
    expect(forced.code).toBe(0)
    expect(await textOf()).toContain('name: deploy')
  })

  it.each([
    { file: '../deploy.yml', says: 'outside of this folder' },
    { file: '/tmp/deploy.yml', says: 'outside of this folder' },
    { file: '.github/workflows/deploy.txt', says: 'ends in .yml' },
  ])('refuses file=$file', async ({ file, says }) => {
    const { code, stderr } = await create(twoEnvironments, `file=${file}`)

    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })

  it('refuses without a tapit.yml', async () => {
    const { code, stderr } = await create(undefined)

    expect(code).toBe(2)
    expect(stderr).toContain('there is no tapit.yml here')
  })

  it('writes one document with -o json', async () => {
    const { stdout } = await create(twoEnvironments, '-o', 'json', 'file=.github/workflows/other.yml')

    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      file: '.github/workflows/other.yml',
      deploys: [
        { branch: 'main', environment: 'staging' },
        { branch: 'release', environment: 'production' },
      ],
      promotion: { from: 'staging', to: 'production' },
    })
  })
})
