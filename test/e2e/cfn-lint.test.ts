import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cfnLint } from './support/cfn-lint.ts'
import { type Ended, startProcess } from './support/cli.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const installed = await cfnLint()

/** Each of examples/ that has a cdk.json, and the stacks that it makes. */
const examples = {
  shop: ['shop', 'shop-staging', 'tapit-foundation'],
  'one-service': ['hello', 'tapit-foundation'],
  'existing-vpc': ['ledger', 'tapit-foundation'],
  strategies: ['gallery', 'tapit-foundation'],
  'one-construct': ['orders'],
} as const

const names = Object.keys(examples) as readonly (keyof typeof examples)[]

/** What cfn-lint says of every template, and why it may. */
const accepted: Readonly<Record<string, string>> = {
  W3005: "CDK's way to say what comes first writes a DependsOn also where a reference says it already",
}

let folder: string
const synthesized = new Map<string, Ended>()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapit-synth-'))
  for (const name of names) synthesized.set(name, await synth(name))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('`cdk synth` as a process of its own', () => {
  it.each(names)('makes the stacks of examples/%s, without credentials and without a warning', async name => {
    const { code, stderr } = synthesized.get(name) ?? { code: -1, stderr: '' }

    expect(stderr).not.toMatch(/warning|error/i)
    expect(code).toBe(0)
    expect(await stacksOf(name)).toEqual(examples[name])
  })

  it('says in one sentence what is wrong with a tapit.yml, and where', async () => {
    const place = await mkdtemp(join(folder, 'bad-'))
    await writeFile(
      join(place, 'tapit.yml'),
      'app: shop\nregion: eu-west-1\nprocesses:\n  default: { prot: 80 }\n',
    )
    await writeFile(
      join(place, 'cdk.json'),
      JSON.stringify({ app: `${join(root, 'node_modules/.bin/tsx')} ${join(root, 'cdk/app.ts')}` }),
    )

    const { code, stderr } = await cdk(['synth', '--quiet'], place)

    expect(code).toBe(1)
    expect(stderr).toMatch(/tapit\.yml:4:14: .*prot.*\bport\b/s)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

describe.skipIf(installed === undefined)('cfn-lint', () => {
  it.each(names)('finds nothing in the templates of examples/%s but what is accepted', async name => {
    const templates = (await stacksOf(name)).map(stack => join(folder, name, `${stack}.template.json`))

    const findings = await lint(templates)

    expect(findings.filter(({ rule }) => accepted[rule] === undefined)).toEqual([])
  })

  it('still finds what is accepted', async () => {
    const findings = await lint([join(folder, 'shop', 'shop.template.json')])

    expect([...new Set(findings.map(({ rule }) => rule))]).toEqual(Object.keys(accepted))
  })

  it('would find a property that AWS does not have', async () => {
    const text = await readFile(join(folder, 'one-service', 'hello.template.json'), 'utf8')
    const broken = join(folder, 'broken.template.json')
    await writeFile(broken, text.replace('"ServiceName"', '"ServiceNam"'))

    const findings = await lint([broken])

    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'E3002', message: expect.stringContaining('ServiceNam') }),
    )
  })
})

type Finding = { readonly rule: string; readonly message: string; readonly path: string }

async function lint(templates: readonly string[]): Promise<readonly Finding[]> {
  const { code, stdout, stderr } = await startProcess(
    installed ?? '',
    ['--format', 'json', '--', ...templates],
    {
      env: {},
    },
  ).ended
  // 0: nothing; 2, 4, 8 and their sums: findings of some kind. Anything else was no lint.
  if (code % 2 === 1 || stdout === '') throw new Error(`cfn-lint ended with ${code}: ${stderr}${stdout}`)
  const found = JSON.parse(stdout) as readonly {
    readonly Rule: { readonly Id: string }
    readonly Message: string
    readonly Location: { readonly Path: readonly (string | number)[] }
  }[]
  return found.map(({ Rule, Message, Location }) => ({
    rule: Rule.Id,
    message: Message,
    path: (Location.Path ?? []).join('/'),
  }))
}

function synth(name: string): Promise<Ended> {
  return cdk(['synth', '--quiet', '--output', join(folder, name)], join(root, 'examples', name))
}

function cdk(argv: readonly string[], cwd: string): Promise<Ended> {
  const program = join(root, 'node_modules/.bin/cdk')
  return startProcess(program, [...argv, '--no-notices', '--ci'], {
    cwd,
    env: { HOME: folder, CDK_DISABLE_CLI_TELEMETRY: 'true', npm_config_loglevel: 'silent' },
  }).ended
}

async function stacksOf(name: string): Promise<readonly string[]> {
  const files = await readdir(join(folder, name))
  return files
    .filter(file => file.endsWith('.template.json'))
    .map(file => file.replace('.template.json', ''))
    .toSorted()
}
