import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../lib/actions/doctor/finding.ts'
import { showDoctor } from '../../../lib/cli/report/doctor.ts'
import { doctorDocument } from '../../../lib/cli/report/json/doctor-document.ts'
import type { View } from '../../../lib/cli/report/view.ts'

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
          ! The process worker would go: its service with its tasks, target groups and rules. Its logs,
            images and history stay.
              Was it renamed? The new one begins with a placeholder: keep both in tapit.yml until it is
              deployed, then move the routes.

        Do not run \`cdk deploy\` for stack shop now."
      `)
  })

  it('says that cdk deploy can go on where nothing is worse than a warning', () => {
    const lines = showDoctor(examined({ is: 'process_removed', process: 'worker' }), view)

    expect(lines.at(-1)).toBe('`cdk deploy` can go on for stack shop.')
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
    { is: 'stray_revision', process: 'web', newest: 'shop-web:8', running: 'shop-web:7' },
    moved,
    { is: 'weights_moved', rule: 'Rule', listens: 'production', paths: [], live: [], template: [] },
    { is: 'bootstrap_replaced', process: 'web', family: 'shop-web' },
    { is: 'process_removed', process: 'web' },
    { is: 'process_replaced', process: 'web' },
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
