import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Account, openAccount } from './support/account.ts'
import { bin, type Ended, startProcess, startTapit, type Variables } from './support/cli.ts'

let account: Account
let cwd: string
beforeAll(async () => {
  account = await openAccount()
})
afterAll(() => account.close())
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'tapit-e2e-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const write = (text: string): Promise<void> => writeFile(join(cwd, 'tapit.yml'), text)

/** In the folder of the file, with the account of the sandbox at hand, and no app named. */
function tapit(argv: readonly string[], env: Variables = {}): Promise<Ended> {
  return startTapit(argv, { env: { ...account.env, TAPIT_APP: undefined, ...env }, cwd }).ended
}

describe('a tapit.yml that is wrong', () => {
  it.each([
    {
      what: 'an unknown key and a size that there is not',
      file: 'app: shop\nprocesses:\n  worker:\n    comand: [node, worker.js]\n    cpu: 300\n',
      says: [
        'tapit: tapit.yml:4:5: processes.worker.comand: unknown key. Did you mean command? Allowed: path,',
        '  tapit.yml:5:10: processes.worker.cpu: 300 is not allowed. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384.',
      ],
    },
    {
      what: 'a route to nowhere',
      file: 'app: shop\nprocesses:\n  default:\nroutes:\n  - { on: default, path: "/api/*", to: backofice }\n',
      says: ['tapit: tapit.yml:5:40: routes[0].to: there is no process "backofice". Allowed: default.'],
    },
    {
      what: 'a tab',
      file: 'app: shop\nprocesses:\n\tdefault:\n',
      says: ['tapit: tapit.yml:3:1: not valid YAML: a tab cannot indent; use spaces.'],
    },
    {
      what: 'nothing',
      file: '',
      says: ['tapit: tapit.yml:1:1: the file is empty. `tapit init` writes one.'],
    },
    {
      what: 'a bomb',
      file: `${Array.from(
        { length: 9 },
        (_, level) =>
          `x${level}: &x${level} [${Array(9)
            .fill(level === 0 ? 'lol' : `*x${level - 1}`)
            .join(', ')}]`,
      ).join('\n')}\n`,
      says: ['  tapit.yml:6:9: x5: its aliases expand to more than 100000 values.'],
    },
    {
      what: '50,000 open brackets',
      file: '['.repeat(50_000),
      says: ['tapit: tapit.yml:1:65: this is nested more than 64 levels deep.'],
    },
    {
      what: '300 KB',
      file: `app: shop\n#${'x'.repeat(300 * 1024)}\n`,
      says: ['tapit: tapit.yml is 301 KB; at most 256 KB are read.'],
    },
  ])('with $what is refused, line by line', async ({ file, says }) => {
    await write(file)

    const text = await tapit(['show', 'config'])
    const json = await tapit(['show', 'config', '-o', 'json'])

    for (const line of says) expect(`\n${text.stderr}`).toContain(`\n${line}`)
    expect(text).toMatchObject({ code: 2, stdout: '' })
    expect(text.stderr).not.toMatch(/^ {4}at |bug in tapit/m)
    expect(json.code).toBe(2)
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'bad_config' } })
  })

  it('keeps nobody from the status of what runs, unless it is no YAML at all', async () => {
    await write('app: shop\nprocesess:\n  worker: { cpu: 300 }\n')
    const mistyped = await tapit(['status'])
    await write('app: shop\n\tworker:\n')
    const broken = await tapit(['status'])
    const named = await tapit(['-a', 'shop', 'status'])

    expect(mistyped.code).toBe(0)
    expect(broken).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('tapit.yml:2:1: not valid YAML'),
    })
    expect(named.code).toBe(0)
  })
})

describe('a tapit.yml that is good', () => {
  it('leads to the cluster of the environment', async () => {
    await write('app: store\nenvironments:\n  production: { cluster: shop }\n  staging:\n')

    const production = await tapit(['status'])
    const staging = await tapit(['-e', 'staging', 'status'])
    const mistyped = await tapit(['-e', 'stagign', 'status'])

    expect(production.code).toBe(0)
    expect(staging).toMatchObject({ code: 3, stderr: expect.stringContaining('"store-staging"') })
    expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean staging?') })
  })

  it('names the profile of a laptop, which what is in the environment comes before', async () => {
    await write('app: shop\nenvironments:\n  production: { profile: shop-prod }\n')
    await writeFile(
      join(cwd, 'aws-config'),
      '[profile shop-prod]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\nregion = us-east-1\n',
    )
    const laptop = {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      AWS_CONFIG_FILE: join(cwd, 'aws-config'),
      AWS_EC2_METADATA_DISABLED: 'true',
    }

    const withProfile = await tapit(['status'], laptop)
    const inCi = await tapit(['status'], { ...laptop, CI: 'true' })
    const withAnother = await tapit(['status'], { ...laptop, AWS_PROFILE: 'other' })

    expect(withProfile.code).toBe(0)
    expect(inCi.code).toBe(3)
    expect(withAnother).toMatchObject({ code: 3, stderr: expect.stringContaining('other') })
  })

  it('is shown as it comes to in an environment, in text and as JSON', async () => {
    await write(
      'app: shop\nenvironments:\n  staging: { processes: { worker: { count: 3 } } }\nprocesses:\n  worker: { env: { VERSION: 1.10 } }\n',
    )

    const text = await tapit(['-e', 'staging', 'show', 'config'])
    const json = await tapit(['-e', 'staging', 'show', 'config', '-o', 'json'])

    expect(text.stdout).toMatch(/^app: shop\nenvironment: staging\ncluster: shop-staging\n/)
    expect(text.stdout).toContain('VERSION: "1.10"')
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      cluster: 'shop-staging',
      processes: [{ name: 'worker', count: 3, env: { VERSION: '1.10' } }],
    })
  })

  it('has a schema that editors can read', async () => {
    const text = await tapit(['show', 'schema'])
    const json = await tapit(['show', 'schema', '-o', 'json'])

    expect(JSON.parse(text.stdout)).toMatchObject({ title: 'tapit.yml', required: ['app', 'processes'] })
    expect(JSON.parse(json.stdout)).toEqual({ schemaVersion: 1, schema: JSON.parse(text.stdout) })
  })
})

describe('the CDK app', () => {
  const cdkApp = join(dirname(bin), '..', 'cdk', 'app.js')

  it('says what is wrong with a tapit.yml as the command line does, without a stack trace', async () => {
    await write('app: shop\nprocesses:\n  worker:\n    cpu: 300\n')

    const { code, stderr } = await startProcess(process.execPath, [cdkApp], { env: {}, cwd }).ended

    expect(code).toBe(2)
    expect(stderr).toContain('tapit: tapit.yml:4:10: processes.worker.cpu: 300 is not allowed.')
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('asks for a tapit.yml where there is none', async () => {
    const { code, stderr } = await startProcess(process.execPath, [cdkApp], { env: {}, cwd }).ended

    expect(code).toBe(2)
    expect(stderr).toMatch(/^tapit: there is no tapit\.yml in .*\n  Write one with: npx tapit init\n$/)
  })
})
