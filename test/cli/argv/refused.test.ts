import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

describe('refuses', () => {
  it.each([
    // Commands
    ['', 'no command was given.'],
    ['dep', 'unknown command "dep". Did you mean create deploy'],
    ['create', '"create" is not a whole command: create what?'],
    ['create dep', 'unknown command "create dep". Did you mean create deploy?'],
    ['creaet deploy', 'unknown command "creaet". Did you mean create?'],
    ['statsu', 'unknown command "statsu". Did you mean status?'],
    ['help=', 'unknown command "help=".'],
    ['deploy=v1', 'unknown command "deploy=".'],
    ['help creat', 'unknown command "creat". Did you mean create?'],
    ['create dep --help', 'unknown command "create dep". Did you mean create deploy?'],
    ['toString', 'unknown command "toString".'],
    ['__proto__ constructor', 'unknown command "__proto__".'],
    ['demote --from staging --to production', 'unknown command "demote".'],
    ['--towards staging demote', 'unknown option "--towards".'],
    // Words
    ['create deploy v1', 'create deploy does not take the word "v1".'],
    ['create deploy docker_tag v1', 'does not take the word "docker_tag". Did you mean docker_tag=?'],
    ['create deploy wait', 'does not take the word "wait". Did you mean --wait?'],
    ['create deploy --wait true', 'does not take the word "true".'],
    ['create deploy -', 'does not take the word "-".'],
    ['create deploy -- docker_tag=v1', 'takes nothing after "--", but "docker_tag=v1" follows it.'],
    // Keys
    ['create deploy docker_tga=v1', 'unknown key "docker_tga". Did you mean docker_tag?'],
    ['create deploy Docker_Tag=v1', 'unknown key "Docker_Tag". Did you mean docker_tag?'],
    ['create deploy __proto__=1', 'unknown key "__proto__".'],
    ['create deploy =v1', 'unknown key "".'],
    ['create deploy wait=true', 'unknown key "wait". Did you mean --wait?'],
    ['create deploy service=web', 'unknown key "service". Did you mean process?'],
    ['create deploy project=web', 'unknown key "project". Did you mean --app?'],
    ['status docker_tag=v1', 'unknown key "docker_tag".'],
    ['create deploy docker_tag=v1 docker_tag=v2', '"docker_tag=" was given twice.'],
    ['create deploy docker_tag=v1 --docker-tag=v2', '"--docker-tag" was given twice (docker_tag= and'],
    // Options
    ['create deploy --dockertag v1', 'unknown option "--dockertag". Did you mean docker_tag?'],
    ['create deploy --wiat', 'unknown option "--wiat". Did you mean --wait?'],
    ['create deploy --no-wait', 'unknown option "--no-wait".'],
    ['create deploy --docker.tag=v1', 'unknown option "--docker.tag".'],
    ['create deploy --get-yargs-completions', 'unknown option "--get-yargs-completions".'],
    ['--nonsense create deploy', 'unknown option "--nonsense".'],
    ['status --wait', 'unknown option "--wait".'],
    ['status -w', 'unknown option "-w".'],
    ['status -x', 'unknown option "-x".'],
    ['status -v', 'unknown option "-v". Did you mean --verbose?'],
    ['status ---', 'unknown option "---".'],
    ['status --version', 'unknown option "--version".'],
    ['-v create deploy', 'unknown option "-v".'],
    ['status -a one -a two', '"-a" was given twice.'],
    ['status -a one --project two', '"--project" was given twice (-a and --project are the same).'],
    ['create deploy --wait --wait=false', '"--wait" was given twice.'],
    // Values
    ['create deploy --wait=maybe', '--wait is on or off, so it cannot be "maybe".'],
    ['create deploy -w=1', '-w is on or off, so it cannot be "1".'],
    ['create deploy --docker_tag --wait', '--docker_tag has no value.'],
    ['create deploy --docker_tag', '--docker_tag has no value.'],
    ['create deploy --docker_tag -- x', '--docker_tag has no value.'],
    ['status -a', '-a has no value.'],
    ['status -o', '-o has no value.'],
    ['-a', '-a has no value.'],
    ['-a create deploy', '-a has no value: the word after it is the command "create".'],
    ['-a status', '-a has no value: the word after it is the command "status".'],
    ['create deploy -a docker_tag=v1', '-a has no value.'],
    ['status -o yaml', '-o cannot be "yaml".'],
    ['status --output=JSON', '--output cannot be "JSON". Did you mean json?'],
    [
      'create deploy on_pause_timeout=roll-back',
      'on_pause_timeout= cannot be "roll-back". Did you mean rollback?',
    ],
    ['list deploys status=runing', 'status= cannot be "runing". Did you mean running?'],
    ['list deploys limit=0', 'limit= must be a whole number from 1 to 100, not "0".'],
    ['list deploys limit=101', 'limit= must be a whole number from 1 to 100, not "101".'],
    ['list deploys limit=1e1', 'limit= must be a whole number'],
    ['list deploys limit=0x10', 'limit= must be a whole number'],
    ['deployment list --limit ten', '--limit must be a whole number'],
    ['create deploy --timeout soon', '--timeout is not a duration: "soon".'],
    ['create deploy --timeout 30', '--timeout is not a duration: "30". It lacks a unit.'],
    ['show logs since=yesterday', 'since= is not a duration: "yesterday".'],
    ['create deploy --supersede', '--supersede needs reason=.'],
    ['create deploy --supersede reason=', '--supersede needs reason=.'],
    // What selects must not be empty
    ['create deploy process=', 'process= is empty.'],
    ['create deploy --process=', '--process is empty.'],
    ['create deploy process=web,', 'one of the names in process= is empty: "web,".'],
    ['create deploy process=,', 'one of the names in process= is empty: ",".'],
    ['show deploy id=', 'id= is empty.'],
    ['show logs deploy=', 'deploy= is empty.'],
    ['status --app=', '--app is empty.'],
    ['status -e=', '-e is empty.'],
  ])('%s', async (line, message) => {
    const ran = await run(line.split(' ').filter(word => word !== ''))

    expect(ran).toMatchObject({ code: 2, stdout: '', invocation: undefined })
    expect(ran.stderr).toContain(message)
  })

  it.each([
    [['-a', '', 'status'], '-a is empty.'],
    [['status', '-e', ''], '-e is empty.'],
    [['status', '-e', '  '], '-e is empty.'],
    [['create', 'deploy', 'process= '], 'process= is empty.'],
    [['create', 'deploy', ''], 'does not take the word "".'],
    [[''], 'unknown command "".'],
  ])('what is empty: %j', async (argv, message) => {
    const ran = await run(argv)

    expect(ran).toMatchObject({ code: 2, stdout: '', invocation: undefined })
    expect(ran.stderr).toContain(message)
  })

  it.each(['from', 'to', 'group', 'id', 'process'])(
    'an empty %s= where a command declares that it selects',
    async name => {
      const { tokenize } = await import('../../../lib/cli/argv/tokenize.ts')
      const { checkOptions } = await import('../../../lib/cli/argv/check-options.ts')
      const command = {
        words: ['promote'],
        summary: '',
        keys: [{ name, summary: '', selects: true }],
        flags: [],
        examples: [],
        load: () => Promise.resolve(() => Promise.resolve(0)),
      } as const
      const { options } = tokenize(['promote', `${name}=`], [command])

      expect(() => checkOptions(options, command)).toThrow(`${name}= is empty.`)
    },
  )

  it('cuts what is long, and never sends it raw to the terminal', async () => {
    const long = await run(['list', 'deploys', `status=${'x'.repeat(20_000)}`])
    const escapes = await run(['create', 'deploy', '\u001b]0;owned\u0007\u001b[31m\u202e\ud800=v1'])

    expect(long.code).toBe(2)
    expect(long.stderr.length).toBeLessThan(600)
    expect(escapes.stderr).toContain(String.raw`unknown key "\u{1b}]0;owned\u{7}\u{1b}[31m\u{202e}\u{d800}"`)
  })

  it('says what is allowed, and where to read more', async () => {
    const ran = await run(['create', 'deploy', 'docker_tga=v1'])

    expect(ran.stderr).toBe(
      'tapit: unknown key "docker_tga". Did you mean docker_tag?\n' +
        '  create deploy takes: docker_tag  process  apps  initiator  strategy  tag  git_hash  git_ref  reason  override' +
        '  canary_percent  canary_bake_minutes  step_percent  step_bake_minutes  bake_minutes' +
        '  minimum_healthy_percent  maximum_percent  failure_threshold  pause_before' +
        '  pause_timeout_minutes  on_pause_timeout  --wait  --timeout  --dry-run  --supersede   (tapit create deploy --help)\n',
    )
  })
})
