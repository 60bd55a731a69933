import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pythonEnvironment } from '../botocore/python-environment.ts'
import { startProcess } from '../support/cli.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { cases, watched } from './support/strategy-cases.ts'

const installed = await pythonEnvironment()

describe
  .skipIf(installed === undefined)
  .concurrent('botocore would have sent every request that tapit sends', () => {
    const { python } = installed ?? { python: '' }

    it.each(cases)('in a deploy: $name', ({ process, argv }) =>
      inShop(async shop => {
        const { code } = await shop.deploy({ process, dockerTag: 'v1.2.3', argv })

        expect(code).toBe(0)
        await expectValid(python, shop.sandbox.faults.journal, [
          'UpdateService',
          'DescribeServiceDeployments',
        ])
      }),
    )

    it('in a deploy that is watched, waits, is let go on, and is cancelled', () =>
      inShop(async shop => {
        for (const [name, strategy] of Object.entries(watched)) await shop.publish(name, strategy)
        const deploy = shop.startDeploy({
          dockerTag: 'v1.2.3',
          argv: [
            'strategy=watched-canary',
            'pause_before=switch,step,finalize',
            'pause_timeout_minutes=100',
            'failure_threshold=50%',
          ],
        })
        await shop.until('default', moments['while it waits before the switch'])
        for (const argv of [['status'], ['show', 'deploy'], ['continue', 'deploy', 'process=default']]) {
          expect((await shop.tapit(...argv)).code).toBe(0)
        }
        await shop.tapit('cancel', 'deploy', 'process=default', '--wait')
        await deploy.ended

        await expectValid(python, shop.sandbox.faults.journal, [
          'ContinueServiceDeployment',
          'StopServiceDeployment',
          'DescribeAlarms',
          'DescribeRules',
        ])
      }))
  })

async function expectValid(
  python: string,
  requests: readonly { readonly operation: string }[],
  operations: readonly string[],
): Promise<void> {
  const script = fileURLToPath(new URL('../botocore/validate_requests.py', import.meta.url))
  const validation = startProcess(python, [script], { env: {} })
  validation.child.stdin?.end(requests.map(entry => JSON.stringify(entry)).join('\n'))
  const { code, stdout } = await validation.ended
  expect(stdout).toMatch(/^\d{2,} requests, 0 with problems\n$/)
  expect(code).toBe(0)
  expect(requests.map(({ operation }) => operation)).toEqual(expect.arrayContaining([...operations]))
}
