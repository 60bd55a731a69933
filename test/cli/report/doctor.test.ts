import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Finding } from '../../../lib/actions/doctor/finding.ts'
import type { Invocation } from '../../../lib/cli/command.ts'
import { doctor } from '../../../lib/cli/commands/doctor.ts'
import { showDoctor } from '../../../lib/cli/report/doctor.ts'
import { doctorDocument } from '../../../lib/cli/report/json/doctor-document.ts'
import type { View } from '../../../lib/cli/report/view.ts'
import { fakeIo } from './fake-io.ts'

const moved: Finding = {
  is: 'weights_moved',
  process: 'default',
  rule: 'Rule',
  listens: 'production',
  paths: ['/*'],
  live: [
    { targetGroup: 'shop-default-blue', percent: 10 },
    { targetGroup: 'shop-default-green', percent: 90 },
  ],
  template: [{ targetGroup: 'shop-default-blue', percent: 100 }],
  dockerTag: 'v1.2.3',
}

const narrowed: Extract<Finding, { is: 'grants_removed' }> = {
  is: 'grants_removed',
  process: 'web',
  role: 'execution',
  lost: [
    {
      actions: ['ssm:GetParameters', 'ssm:GetParameter', 'ssm:GetParameterHistory'],
      resource: 'parameter/shop/url',
    },
    { actions: ['ecr:BatchGetImage'], resource: 'shop/web' },
    { actions: ['kms:Decrypt'], resource: 'key/1' },
    { actions: ['kms:Decrypt'], resource: 'key/2' },
  ],
  dockerTag: 'v1.2.3',
}

const healthCheck: Extract<Finding, { is: 'health_check_changed' }> = {
  is: 'health_check_changed',
  process: 'web',
  changes: [
    { setting: 'HealthCheckPath', before: '/healthz', after: '/ready' },
    { setting: 'UnhealthyThresholdCount', after: '2' },
  ],
}

const view: View = { columns: 100, paint: (_look, text) => text, isAscii: false, now: 0 }

const examined = (...findings: readonly Finding[]) => ({ app: 'shop', stack: 'shop', findings })

describe('the report of the doctor', () => {
  it('says what speaks against a cdk deploy first, and the command that mends it as it can be pasted', () => {
    expect(showDoctor(examined({ is: 'process_removed', process: 'worker' }, moved), view).join('\n'))
      .toMatchInlineSnapshot(`
        "  ✗ The production rule of default (/*) sends 10 % to shop-default-blue and 90 % to
            shop-default-green since ECS moved it, and \`cdk deploy\` would write 100 % to shop-default-blue.
              Deploy the process once more, which moves its traffic to the target group that the template
              names, then \`cdk deploy\` at once:
                tapit -a shop create deploy process=default docker_tag=v1.2.3 --wait
          ! The process worker would go: its service and its tasks, and target groups and rules if it has
            them. Its logs, images and history stay.
              Was it renamed? The new one begins with a placeholder: keep both in tapit.yml until it is
              deployed, then move the routes.

        Do not run \`cdk deploy\` for stack shop now."
      `)
  })

  it('says that cdk deploy can go on where nothing is worse than a warning', () => {
    const lines = showDoctor(examined({ is: 'process_removed', process: 'worker' }), view)

    expect(lines.at(-1)).toBe('`cdk deploy` can go on for stack shop.')
  })

  it('says what the running revision would miss, shortened, and what it would have to answer', () => {
    expect(showDoctor(examined(narrowed, healthCheck), view).join('\n')).toMatchInlineSnapshot(`
      "  ! The execution role of web would lose ssm:GetParameters, ssm:GetParameter and 1 more on
          parameter/shop/url, ecr:BatchGetImage on shop/web, kms:Decrypt on key/1 and 1 more, which the
          running revision may still use.
            Until the next deploy, a task that is started again would fail, and a rollback to an older
            revision will miss it then, too. Deploy right after \`cdk deploy\`:
              tapit -a shop create deploy process=web docker_tag=v1.2.3 --wait
        ! The health check of web would change (HealthCheckPath /healthz → /ready, UnhealthyThresholdCount
          the default → 2): the load balancer judges the running tasks by it at once, and ECS replaces
          those that do not pass.
            First deploy a version that answers at both, the old and the new, then \`cdk deploy\`.

      \`cdk deploy\` can go on for stack shop."
    `)
  })

  it('leaves nothing of what is lost out of the JSON', () => {
    const { findings } = doctorDocument(examined(narrowed))

    expect(findings).toMatchObject([{ severity: 'warn', role: 'execution', lost: narrowed.lost }])
  })

  it('says of a task role that what runs is refused at once', () => {
    expect(doctorDocument(examined({ ...narrowed, role: 'task' }))).toMatchObject({
      findings: [
        { advice: expect.stringContaining('What runs is refused it at once. First deploy a version') },
      ],
    })
  })

  it('says of a patience that changes that what runs must stand it', () => {
    const changes = [{ setting: 'HealthCheckTimeoutSeconds', before: '5', after: '2' }]

    expect(doctorDocument(examined({ ...healthCheck, changes }))).toMatchObject({
      findings: [{ advice: expect.stringMatching(/^See that what runs now passes it/) }],
    })
  })

  it('refuses a service whose name is taken, and says to choose another', () => {
    const taken: Finding = { is: 'process_replaced', process: 'web', isNameTaken: true }

    expect(doctorDocument(examined(taken))).toMatchObject({
      isSafe: false,
      findings: [
        {
          code: 'process_replaced',
          severity: 'refuse',
          message: expect.stringMatching(/^CloudFormation would refuse/),
          advice: expect.stringContaining('Choose another process name'),
        },
      ],
    })
  })

  it('warns of moved test traffic, which refuses nothing', () => {
    expect(doctorDocument(examined({ ...moved, listens: 'test' }))).toMatchObject({
      isSafe: true,
      findings: [{ code: 'weights_moved', severity: 'warn' }],
    })
  })

  it.each<Finding>([
    { is: 'first_deploy', stack: 'shop' },
    { is: 'harmless', stack: 'shop' },
    { is: 'deployment_in_progress', process: 'web' },
    { is: 'target_groups_replaced', process: 'web', settings: ['VpcId'] },
    { is: 'stray_revision', process: 'web', newest: 'shop-web:8', running: 'shop-web:7' },
    moved,
    { is: 'weights_moved', rule: 'Rule', listens: 'production', paths: [], live: [], template: [] },
    { is: 'bootstrap_replaced', process: 'web', family: 'shop-web' },
    { is: 'process_removed', process: 'web' },
    { is: 'process_replaced', process: 'web' },
    { is: 'process_replaced', process: 'web', isNameTaken: true },
    { is: 'grants_removed', process: 'web', role: 'task', lost: [{ actions: [], resource: 'policy/All' }] },
    healthCheck,
  ])('has a code, a severity and a whole sentence for $is', finding => {
    expect(doctorDocument(examined(finding))).toMatchObject({
      schemaVersion: 1,
      findings: [
        {
          code: finding.is,
          severity: expect.stringMatching(/^(refuse|warn|ok)$/),
          message: expect.stringMatching(/^[A-Z].*\.$/),
        },
      ],
    })
  })
})

describe('the template under cdk.out', () => {
  it('is refused when tapit.yml here or above changed since, and read when it did not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tapit-doctor-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const cwd = join(folder, 'infrastructure')
    await mkdir(join(cwd, 'cdk.out'), { recursive: true })
    await writeFile(join(folder, 'tapit.yml'), 'app: shop\n')
    await writeFile(join(cwd, 'cdk.out', 'shop.template.json'), 'no template')
    const synthesizedAt = (time: string) =>
      utimes(join(cwd, 'cdk.out', 'shop.template.json'), new Date(time), new Date(time))
    const changedAt = new Date('2026-11-21T12:00:00Z')
    await utimes(join(folder, 'tapit.yml'), changedAt, changedAt)

    await synthesizedAt('2026-11-21T11:59:59Z')
    await expect(doctor(invocation(), { ...fakeIo(), cwd })).rejects.toMatchObject({
      code: 'stale_template',
      exitCode: 2,
      message: '"cdk.out/shop.template.json" was synthesized before ../tapit.yml changed.',
      advice: 'npx cdk synth -q',
    })
    await expect(
      doctor(invocation({ template: 'cdk.out/shop.template.json' }), { ...fakeIo(), cwd }),
    ).rejects.toMatchObject({ code: 'bad_template' })

    await synthesizedAt('2026-11-21T12:00:00Z')
    await expect(doctor(invocation(), { ...fakeIo(), cwd })).rejects.toMatchObject({ code: 'bad_template' })
  })

  it('is found beside tapit.yml from a folder below it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tapit-doctor-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const cwd = join(folder, 'services', 'web')
    await mkdir(cwd, { recursive: true })
    await mkdir(join(folder, 'cdk.out'))
    await writeFile(join(folder, 'tapit.yml'), 'app: shop\n')
    await writeFile(join(folder, 'cdk.out', 'shop.template.json'), 'no template')

    await expect(doctor(invocation(), { ...fakeIo(), cwd })).rejects.toMatchObject({
      code: 'bad_template',
      message: expect.stringContaining('../../cdk.out/shop.template.json'),
    })
  })
})

function invocation(keys: Invocation['keys'] = {}): Invocation {
  return {
    command: { words: ['doctor'], summary: '', keys: [], flags: [], examples: [], load: async () => doctor },
    global: { output: 'text', yes: false, verbose: false, debug: false, sandbox: false },
    keys: { scope: 'infra', ...keys },
    emptyKeys: [],
    flags: {},
    rest: [],
  }
}
