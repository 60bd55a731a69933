import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../../lib/cli/main.ts'
import { type Shop, openShop } from '../../fakes/shop.ts'
import { asCaller, putPolicy } from '../deploy/policies.ts'
import { outputsIn } from './outputs-in.ts'

const hostile = '</code></pre><img src=x onerror=alert(1)> | `x` ##[set-output name=group]evil'

type Stepped = {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly outputs: ReadonlyMap<string, string>
  readonly summary: string
}

let shop: Shop
let good: Stepped
let bad: Stepped
beforeAll(async () => {
  shop = await openShop()
  await shop.push({ tag: 'v1' })
  await shop.push({ tag: 'v2', processes: ['worker'], behaviour: 'crash', log: [hostile] })
  good = await step(['create', 'deploy', 'docker_tag=v1', '--wait', '-o', 'json'])
  bad = await step(['create', 'deploy', 'docker_tag=v2', '--wait'])
}, 120_000)
afterAll(() => shop.close())

/** A command line in a step of GitHub Actions, whose files are kept here. */
async function step(
  argv: readonly string[],
  {
    env = {},
    append,
  }: { env?: Readonly<Record<string, string>>; append?: (path: string) => Promise<void> } = {},
): Promise<Stepped> {
  const files = new Map<string, string>()
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    columns: () => undefined,
    rows: () => undefined,
    write: (text: string) => void (written[name] += text),
  })
  const code = await main(argv, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: {
      ...shop.env,
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: '/output',
      GITHUB_STEP_SUMMARY: '/summary',
      ...env,
    },
    cwd: '/',
    version: '0.0.0-test',
    clock: shop.clock,
    onInterrupt: () => () => {},
    leave: () => {},
    append: async (path, text) => {
      await append?.(path)
      files.set(path, `${files.get(path) ?? ''}${text}`)
    },
  })
  return {
    code,
    ...written,
    outputs: outputsIn(files.get('/output') ?? ''),
    summary: files.get('/summary') ?? '',
  }
}

describe('a deploy in a step of GitHub Actions', { timeout: 60_000 }, () => {
  it('sets outputs: the group, how it ended, what was deployed and where it answers', () => {
    const { outputs, stdout } = good

    const document = JSON.parse(stdout)
    expect(good.code).toBe(0)
    expect(Object.fromEntries(outputs)).toMatchObject({
      group: document.group.id,
      status: 'finalized',
      outcome: 'done',
      docker_tag: 'v1',
      url: expect.stringMatching(/^https?:\/\//),
    })
    expect(JSON.parse(outputs.get('deployments') ?? '')).toEqual(document.deployments)
  })

  it('draws a table of the processes for the page of the job', () => {
    const { summary } = good

    expect(summary).toMatch(/^### v1 is live on /)
    expect(summary).toContain('| process | stage | tag | time | address |')
    expect(summary).toMatch(/\| ● worker \| active \| v1 \| \d+ s \|/)
    expect(summary).toMatch(/\| ● default \| active \| v1 \| \d+ s \| <a href="http/)
  })

  it('annotates nothing where all went well', () => {
    expect(good.stderr).not.toMatch(/^::(error|warning|notice)/m)
  })

  it('annotates what failed with its diagnosis and the next command, and no line of its log', () => {
    const annotations = bad.stderr.split('\n').filter(line => line.startsWith('::error '))

    expect(bad.code).toBe(1)
    expect(annotations).toHaveLength(1)
    expect(annotations[0]).toMatch(
      /^::error title=worker%3A rolled back%2C v2::container_exited: .*%0ANext: tapit /,
    )
    expect(annotations[0]).not.toContain('onerror')
  })

  it('shows the log of what failed in the summary, as a text and nothing else', () => {
    const { summary } = bad

    expect(summary).toContain('**worker** container')
    expect(summary).toContain('alert&#40;1&#41;')
    expect(summary).not.toContain('<img')
    expect(summary.match(/<\/pre>/g)).toHaveLength(summary.match(/<pre>/g)?.length ?? 0)
    expect(summary).toContain('rollback')
  })

  it('hands no log line on to other jobs', () => {
    expect(bad.outputs.get('outcome')).toBe('failed')
    expect(bad.outputs.get('deployments')).toContain('container_exited')
    expect(bad.outputs.get('deployments')).not.toContain('onerror')
  })

  it('lets the runner take no command from what an app has logged', () => {
    const { stderr } = bad

    const token = /^::stop-commands::([0-9a-f]{32})\n/m.exec(stderr)?.[1] ?? 'none'
    const during = stderr.slice(0, stderr.indexOf(`\n::${token}::\n`))
    expect(during).toContain('worker: rolled back')
    expect(during).not.toMatch(/^::error/m)
    expect(stderr).toMatch(new RegExp(`^::${token}::\n::error `, 'm'))
  })

  it('prints no command that the runner finds within a line: it reads stdout after the stderr that ends the stop', async () => {
    const document = await step(['show', 'deploy', '-o', 'json'])
    const log = await step(['show', 'logs', 'process=worker', 'since=1h'])

    expect(bad.stdout).toContain('onerror')
    expect(bad.stdout).toContain('##\\u{5b}set-output')
    expect(document.stdout).not.toContain('##[')
    expect(JSON.stringify(JSON.parse(document.stdout))).toContain('##[set-output')
    expect(log.stdout).toContain('##\\u{5b}set-output')
    expect(bad.stdout + log.stdout).not.toContain('##[')
  })

  it('annotates a refusal', async () => {
    const { code, stderr, outputs } = await step(['create', 'deploy', 'docker_tag=nope'])

    expect(code).toBe(3)
    expect(stderr.match(/^::error title=tapit::.*nope/gm)).toHaveLength(1)
    expect(outputs.size).toBe(0)
  })

  it.each([
    ['a wrong command line', ['create', 'deploy', 'process=']],
    ['what is not there', ['rollback', 'to=dep_nope']],
  ])('annotates a refusal that comes before any deployment: %s', async (_what, argv) => {
    const { stderr } = await step(argv)

    expect(stderr.match(/^::error title=tapit::/gm)).toHaveLength(1)
  })

  it('annotates no answer to a question', async () => {
    const { code, stderr } = await step(['show', 'image', 'docker_tag=nope'])

    expect(code).toBe(3)
    expect(stderr).not.toContain('::error')
  })

  it('is in progress where nobody waits', async () => {
    const { code, outputs } = await step(['create', 'deploy', 'docker_tag=v1', 'process=worker'])

    expect(code).toBe(0)
    expect(outputs.get('outcome')).toBe('in_progress')
    await shop.tapit('cancel', 'deploy', '--wait')
  })

  it('waits where a deployment is approved, and nobody has started it', async () => {
    await putPolicy(shop, {
      name: 'eve-asks',
      effect: 'require_approval',
      callers: ['*:role/eve'],
      approvers: ['*:role/senior'],
    })
    const asked = await step(['create', 'deploy', 'docker_tag=v1', 'process=worker'], {
      env: asCaller('eve'),
    })
    const group = asked.outputs.get('group')

    const approved = await step(['approve', 'deploy', `id=${group}`], { env: asCaller('senior/ada') })

    expect(asked.outputs.get('outcome')).toBe('waiting')
    expect(approved.code).toBe(0)
    expect(Object.fromEntries(approved.outputs)).toMatchObject({ group, outcome: 'waiting' })
    await shop.tapit('cancel', 'deploy', `group=${group}`)
  })

  it('goes on where its files cannot be written, and warns', async () => {
    const { code, stderr } = await step(['create', 'deploy', 'docker_tag=v1', 'process=worker', '--wait'], {
      append: path => Promise.reject(new Error(`EACCES: permission denied, open '${path}'`)),
    })

    expect(code).toBe(0)
    expect(stderr).toContain(
      "::warning title=tapit::GITHUB_OUTPUT could not be written: EACCES: permission denied, open '/output'",
    )
    expect(stderr).toContain('::warning title=tapit::GITHUB_STEP_SUMMARY could not be written')
  })

  it('says and writes nothing of that elsewhere', async () => {
    const { stderr, outputs, summary } = await step(['create', 'deploy', 'docker_tag=nope'], {
      env: { GITHUB_ACTIONS: '' },
    })

    expect(stderr).not.toContain('::')
    expect(outputs.size).toBe(0)
    expect(summary).toBe('')
  })
})
