import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

/** The words of the command, its keys, its flags. */
async function understood(line: readonly string[]) {
  const { code, stderr, invocation } = await run(line)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return invocation
}

const timeout = '30m'

describe('a command line', () => {
  it.each([
    ['create deploy docker_tag=v1', { docker_tag: 'v1' }, { timeout }],
    ['create deploy --docker_tag v1', { docker_tag: 'v1' }, { timeout }],
    ['create deploy --docker_tag=v1', { docker_tag: 'v1' }, { timeout }],
    ['create deploy --docker-tag=v1', { docker_tag: 'v1' }, { timeout }],
    ['create deploy docker-tag=v1', { docker_tag: 'v1' }, { timeout }],
    ['create deploy docker_tag=v1 --wait', { docker_tag: 'v1' }, { timeout, wait: true }],
    ['create --wait deploy docker_tag=v1', { docker_tag: 'v1' }, { timeout, wait: true }],
    ['-w create deploy', {}, { timeout, wait: true }],
    ['--wait=true create deploy', {}, { timeout, wait: true }],
    ['create deploy --wait=false --dry-run=', {}, { timeout }],
    ['create deploy -w --wait', {}, { timeout, wait: true }],
    ['docker_tag=v1 create deploy', { docker_tag: 'v1' }, { timeout }],
    ['create deploy --timeout 1h30m', {}, { timeout: '1h30m' }],
    ['create deploy --timeout=', {}, { timeout }],
    ['create deploy --dry_run', {}, { timeout: timeout, 'dry-run': true }],
    ['create deploy --supersede reason=late', { reason: 'late' }, { timeout, supersede: true }],
    ['create deploy process=default,worker', { process: 'default,worker' }, { timeout }],
    ['create deploy strategy=blue_green', { strategy: 'blue_green' }, { timeout }],
    ['deploy --service web', { process: 'web' }, { timeout }],
    ['list deploys limit=100', { limit: '100' }, {}],
    ['deployment list --service web --limit 10', { process: 'web', limit: '10' }, {}],
    ['releases', {}, {}],
    ['logs --tail', {}, { follow: true }],
    ['show logs -f since=2h', { since: '2h' }, { follow: true }],
    ['svc status', {}, {}],
    ['sandbox push docker_tag=v2 behaviour=late-crash', { docker_tag: 'v2', behaviour: 'late-crash' }, {}],
  ])('%s', async (line, keys, flags) => {
    const invocation = await understood(line.split(' '))

    expect(invocation?.keys).toEqual(keys)
    expect(invocation?.flags).toEqual(flags)
  })

  it.each([
    ['deploy', 'create deploy'],
    ['deployment list', 'list deploys'],
    ['list deploy', 'list deploys'],
    ['logs', 'show logs'],
    ['deployment cancel', 'cancel deploy'],
    ['sandbox status', 'sandbox status'],
  ])('%s runs %s', async (line, command) => {
    const invocation = await understood(line.split(' '))

    expect(invocation?.command.words.join(' ')).toBe(command)
  })

  it.each([
    ['-a shop status', { app: 'shop' }],
    ['status -a shop', { app: 'shop' }],
    ['status -ashop', { app: 'shop' }],
    ['status -a=shop', { app: 'shop' }],
    ['status --app=shop', { app: 'shop' }],
    ['status --app 123', { app: '123' }],
    ['status --project shop', { app: 'shop' }],
    ['--project=shop status --env staging', { app: 'shop', environment: 'staging' }],
    ['-e staging status', { environment: 'staging' }],
    ['status --environment 1e3', { environment: '1e3' }],
    ['status -o json', { output: 'json' }],
    ['status --output json', { output: 'json' }],
    ['status -ojson', { output: 'json' }],
    ['status --output=', { output: 'text' }],
    ['status -a status', { app: 'status' }],
    ['--sandbox status --yes --verbose --debug', { sandbox: true, yes: true, verbose: true, debug: true }],
  ])('%s sets the options of every command', async (line, global) => {
    const invocation = await understood(line.split(' '))

    const unset = { output: 'text', yes: false, verbose: false, debug: false, sandbox: false }
    expect(invocation?.global).toEqual({ ...unset, ...global })
  })

  it.each([
    '1e3',
    '007',
    '0x10',
    'true',
    'false',
    '1.10',
    '-1',
    'a=b',
    '=',
    '--wait',
    '-w',
    '--',
    'a.b.c',
    'a-b--c',
    ' with  spaces ',
    '"quoted"',
    "'quoted'",
    '"',
    'line\nbreak',
    '[]',
    '{}',
    '__proto__',
    'ünïcødé 🚀',
    'x'.repeat(20_000),
  ])('keeps a value as it was typed: %j', async value => {
    const asKey = await understood(['create', 'deploy', `docker_tag=${value}`])
    const asOption = await understood(['create', 'deploy', `--docker-tag=${value}`, '--wait'])

    expect(asKey?.keys).toEqual({ docker_tag: value })
    expect(asOption?.keys).toEqual({ docker_tag: value })
  })

  it('takes an empty value for an unset one, and says which were empty', async () => {
    const invocation = await understood([
      'create',
      'deploy',
      'docker_tag=',
      '--tag=',
      '--git-hash',
      '',
      'reason=x',
    ])

    expect(invocation?.keys).toEqual({ reason: 'x' })
    expect(invocation?.emptyKeys).toEqual(['docker_tag', 'tag', 'git_hash'])
  })

  it("answers with the handler's exit code", async () => {
    const { code } = await run(['status'], { handler: () => Promise.resolve(6) })

    expect(code).toBe(6)
  })

  it.each(['--version', '-v'])('%s alone says the version', async argument => {
    const ran = await run([argument])

    expect(ran).toMatchObject({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })
})
