import { describe, expect, it } from 'vitest'
import { eventually } from './support/eventually.ts'
import { expectedStanding } from './support/expected-standing.ts'
import { inShop } from './support/in-shop.ts'
import { moments } from './support/moments.ts'
import { atRest } from './support/strategy-shop.ts'
import { type Stop, stops } from './support/strategy-cases.ts'

const short = { TAPIT_LEASE_SECONDS: '5' }

describe.concurrent('a deployment whose command is killed goes on, and whoever looks next sees it', () => {
  it.each(stops)('$name, $moment', killed)
})

async function killed({ process, argv, moment, stage, moves }: Stop): Promise<void> {
  await inShop(async shop => {
    const before = await shop.configuration(process)
    const shown = async () => (await shop.json('show', 'deploy')).document.deployments[0]
    const deploy = shop.startDeploy({ process, dockerTag: 'v1.2.3', argv, env: short })
    await shop.holdAt(process, moments[moment])
    deploy.kill('SIGKILL')
    await deploy.ended
    const meanwhile = await shown()
    shop.clock.release()
    const isWaiting = moment === 'while it waits before the switch'
    const on = isWaiting ? await shop.tapit('continue', 'deploy', `process=${process}`, '--wait') : undefined
    await shop.atRest(process)
    // A worker is watched for a while by whoever follows it; that nobody does any more shows by the age of the lease.
    const last = await eventually(shown, ({ status }) => status === 'finalized', { every: 2_000 })

    expect(on?.code ?? 0).toBe(0)
    expect(meanwhile).toMatchObject({ promotionStage: stage, isActive: false })
    expect(last).toMatchObject({ promotionStage: 'active', isActive: true })
    expect(last.steps.map((step: any) => step.status)).not.toContain('running')
    expect(await shop.standing(process)).toEqual(
      expectedStanding({ process, runs: 'v1.2.3', isMoved: moves }),
    )
    const after = await shop.configuration(process)
    const next = await shop.tapit('create', 'deploy', `process=${process}`, 'docker_tag=v1.2.2')
    expect({ code: next.code, said: next.code === 0 ? '' : next.stderr }).toEqual({ code: 0, said: '' })
    expect(atRest(after)).toEqual(atRest(before))
    expect(await shop.leases()).toEqual([])
  })
}
