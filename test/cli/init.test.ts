import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFolder } from '../../lib/adapters/folder.ts'
import { main } from '../../lib/cli/main.ts'
import type { Io, Output } from '../../lib/cli/io.ts'
import { temporaryFolder } from '../init/temporary-folder.ts'

type Ran = {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly questions: readonly string[]
  /** What is in tapit.yml; absent where there is none. */
  readonly text: string | undefined
}

type RunOptions = {
  readonly files?: Readonly<Record<string, string>>
  /** What is typed at the terminal; where the answers end, Ctrl-C is typed. Without them there is no terminal. */
  readonly answers?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

async function run(
  argv: readonly string[],
  { files = {}, answers, env = {} }: RunOptions = {},
): Promise<Ran> {
  const cwd = temporaryFolder(files)
  const written = { stdout: '', stderr: '' }
  const questions: string[] = []
  const left = [...(answers ?? [])]
  const output = (name: keyof typeof written): Output => ({
    isTTY: answers !== undefined,
    write: text => void (written[name] += text),
    columns: () => undefined,
    rows: () => undefined,
  })
  const io: Io = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env,
    cwd,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    version: '1.2.3',
    onInterrupt: () => () => {},
    leave: () => {},
    openFolder: path => Promise.resolve(openFolder(path)),
    ...(answers !== undefined && {
      openDialogue: () =>
        Promise.resolve({
          ask: question => {
            questions.push(question)
            return Promise.resolve(left.shift())
          },
          close: () => {},
        }),
    }),
  }
  const code = await main(['init', ...argv], io)
  const file = join(cwd, 'tapit.yml')
  return { code, ...written, questions, text: existsSync(file) ? readFileSync(file, 'utf8') : undefined }
}

const dockerfile = { Dockerfile: 'FROM node\nEXPOSE 3000\nUSER node\nCMD x\n' }

describe('tapit init', () => {
  it('says what it found, what it wrote for that, and the commands to go on with', async () => {
    const { code, stdout, stderr } = await run(['region=eu-west-1'], { files: dockerfile })

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`wrote tapit.yml and cdk.json:
  the name of the folder → app: shop
  Dockerfile             → default: web, port 3000

next:
  npm install --save-dev tapit aws-cdk@2 aws-cdk-lib constructs   # the library and the CDK
  npx cdk bootstrap           # once per account and region
  npx cdk deploy --all        # all that the app needs in AWS
  tapit image deploy --wait   # builds the images, pushes and deploys them
`)
  })

  it('is one document with -o json, and asks nothing then', async () => {
    const { code, stdout, questions } = await run(['-o', 'json'], { files: dockerfile, answers: [] })

    expect(code).toBe(0)
    expect(questions).toEqual([])
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      app: 'shop',
      files: ['tapit.yml', 'cdk.json'],
      processes: [{ name: 'default', kind: 'web' }],
      found: [
        { found: 'the name of the folder', wrote: 'app: shop' },
        { found: 'Dockerfile', wrote: 'default: web, port 3000' },
      ],
      todo: [],
      next: expect.arrayContaining([{ command: 'npx cdk bootstrap', does: 'once per account and region' }]),
    })
  })

  it('refuses a folder that has a tapit.yml with exit code 3, and writes over it with --force', async () => {
    const files = { 'tapit.yml': 'app: mine\n' }

    const refused = await run([], { files })
    const forced = await run(['--force'], { files })

    expect(refused).toMatchObject({ code: 3, stdout: '', text: 'app: mine\n' })
    expect(refused.stderr).toContain('tapit: tapit.yml is here already; nothing was changed.\n')
    expect(refused.stderr).toContain('tapit init --force')
    expect(forced).toMatchObject({ code: 0, text: expect.stringContaining('app: shop\n') })
  })

  it.each([
    ['region=mars', 'region= cannot be "mars": a region is written as eu-west-1.'],
    ['from=', 'from= is empty'],
    ['from=gone.yml', 'there is no file gone.yml.'],
    ['from=bad.yml', 'bad.yml:1:1: nmae: unknown key. Did you mean name?'],
    ['app=shop', 'unknown key "app". Did you mean --app?'],
  ])('refuses %s with exit code 2, and writes nothing', async (word, message) => {
    const { code, stderr, text } = await run([word], {
      files: { 'bad.yml': 'nmae: shop\nservices: { web: . }\n' },
    })

    expect({ code, text }).toEqual({ code: 2, text: undefined })
    expect(stderr).toContain(message)
  })
})

describe('tapit init at a terminal', () => {
  const git = { '.git/config': '[remote "origin"]\n url = git@github.com:example-org/shop.git\n' }

  it('asks, with what it found as answers that Enter takes', async () => {
    const { code, questions, text } = await run([], {
      files: git,
      answers: ['', '', '', ''],
      env: { AWS_REGION: 'eu-west-1' },
    })

    expect(code).toBe(0)
    expect(questions).toEqual([
      'Enter takes what stands in brackets, "-" leaves it out.\nName of the app [shop]: ',
      'AWS region [eu-west-1]: ',
      'GitHub repository whose Actions may deploy (owner/name) [example-org/shop]: ',
      'Domain [none]: ',
    ])
    expect(text).toMatch(/^app: shop\nregion: eu-west-1\n.*\ngithub: example-org\/shop$/m)
  })

  it('asks again for what is not allowed, and says what is', async () => {
    const certificate = 'arn:aws:acm:eu-west-1:111122223333:certificate/1a2b'
    const { questions, text, stdout } = await run([], {
      files: git,
      answers: [
        'My_App',
        ' cart ',
        'europe',
        'eu-west-1',
        '-',
        'cart.example.com',
        certificate.replace('eu-west-1', 'us-east-1'),
        certificate,
      ],
    })

    expect(questions[1]).toContain('Not allowed: the name of an app takes 1 to 63 lower-case letters')
    expect(questions[3]).toBe('  Not allowed: a region is written as eu-west-1.\nAWS region [none]: ')
    expect(questions.at(-1)).toContain('Not allowed: it must be in eu-west-1, and is in us-east-1.')
    expect(text).toMatch(/^app: cart\nregion: eu-west-1\n# github: /m)
    expect(text).toContain(`domain: { name: cart.example.com, certificate: "${certificate}" }`)
    expect(stdout).not.toContain('github')
  })

  it('writes nothing when it is interrupted', async () => {
    const { code, text, stderr } = await run([], { answers: ['cart'] })

    expect({ code, text }).toEqual({ code: 130, text: undefined })
    expect(stderr).toContain('interrupted; nothing was written.')
  })

  it.each([[['--yes']], [['region=eu-west-1']], [['--app', 'cart']]])('asks nothing with %j', async argv => {
    const { code, questions } = await run(argv, { answers: [] })

    expect({ code, questions }).toEqual({ code: 0, questions: [] })
  })

  it('shows no control character of the files that it read', async () => {
    const { stdout, text } = await run(['--yes'], {
      files: { Procfile: 'web: x\u001b[31m\n', 'package.json': '{"name":"a\\u001b[2Jb"}' },
      answers: [],
    })

    expect(stdout + text).not.toContain('\u001b')
  })
})
