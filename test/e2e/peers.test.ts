import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonEnvironment } from './botocore/python-environment.ts'
import { type Account, openAccount } from './support/account.ts'
import { type Ended, startProcess } from './support/cli.ts'
import { pacedClock } from './support/paced-clock.ts'

const installed = await pythonEnvironment()

describe.skipIf(installed === undefined)('with clients that we did not write', () => {
  const { python, aws } = installed ?? { python: '', aws: '' }
  const clock = pacedClock()
  let account: Account
  beforeAll(async () => {
    account = await openAccount({ clock })
  })
  afterAll(async () => {
    clock.stop()
    await account.close()
  })

  const env = (): Account['env'] => ({ ...account.env, AWS_DEFAULT_REGION: 'us-east-1', AWS_PAGER: '' })

  /** A command of `aws ecs`, as typed; what holds spaces comes after it. */
  async function ecs(typed: string, ...more: readonly string[]): Promise<any> {
    const argv = ['ecs', ...typed.split(' '), ...more, '--output', 'json']
    const { code, stdout, stderr } = await startProcess(aws, argv, {
      env: env(),
    }).ended
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return stdout === '' ? undefined : JSON.parse(stdout)
  }

  /** boto3's waiter of the same name as the one of the aws CLI, which looks only every 15 seconds. */
  function servicesStable(service: string): Promise<Ended> {
    const script = [
      'import boto3, sys',
      'waiter = boto3.client("ecs").get_waiter("services_stable")',
      'waiter.wait(cluster="peers", services=[sys.argv[1]], WaiterConfig={"Delay": 1, "MaxAttempts": 240})',
    ].join('\n')
    return startProcess(python, ['-c', script, service], { env: env() }).ended
  }

  const image = (tag: string) => `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:${tag}`
  const containers = (tag: string) => JSON.stringify([{ name: 'app', image: image(tag), essential: true }])
  const register = (tag: string) =>
    ecs(
      'register-task-definition --family peers --network-mode awsvpc --requires-compatibilities FARGATE --cpu 256 --memory 512 --container-definitions',
      containers(tag),
    )
  const update = (revision: number) =>
    ecs(`update-service --cluster peers --service web --task-definition peers:${revision}`)
  const newest = async () =>
    (await ecs('list-service-deployments --cluster peers --service web')).serviceDeployments[0]
  const running = async () =>
    (await ecs('describe-services --cluster peers --services web')).services[0].taskDefinition.split('/')[1]

  it('the aws CLI creates a cluster and a service, and updates it; boto3 waits', async () => {
    await register('v1.2.2')
    await register('v1.2.3')
    await ecs('create-cluster --cluster-name peers')
    await ecs(
      'create-service --cluster peers --service-name web --task-definition peers:1 --desired-count 2 --launch-type FARGATE',
      '--deployment-configuration',
      'deploymentCircuitBreaker={enable=true,rollback=true}',
      '--network-configuration',
      'awsvpcConfiguration={subnets=[subnet-0sandboxa],securityGroups=[sg-0sandbox]}',
    )
    const created = await servicesStable('web')
    await update(2)
    const updated = await servicesStable('web')

    expect(created).toMatchObject({ code: 0, stderr: '' })
    expect(updated).toMatchObject({ code: 0, stderr: '' })
    expect(await running()).toBe('peers:2')
    expect(await newest()).toMatchObject({ status: 'SUCCESSFUL' })
  })

  it('"services stable" calls a rollback a success: both of aws and of boto3', async () => {
    await account.push({ tag: 'v-crash', behaviour: 'crash' })
    await register('v-crash')
    await update(3)
    const boto3 = await servicesStable('web')
    const cli = await startProcess(
      aws,
      ['ecs', 'wait', 'services-stable', '--cluster', 'peers', '--services', 'web'],
      { env: env() },
    ).ended

    expect(boto3.code).toBe(0)
    expect(cli.code).toBe(0)
    expect(await newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
    expect(await running()).toBe('peers:2')
  })

  it('stop-service-deployment rolls back', async () => {
    // Nothing ends before it is stopped, however long the aws CLI takes to start.
    clock.hold()
    await update(3)
    const { serviceDeploymentArn } = await newest()
    await ecs(`stop-service-deployment --service-deployment-arn ${serviceDeploymentArn} --stop-type ROLLBACK`)
    clock.release()
    const { code } = await servicesStable('web')

    expect(code).toBe(0)
    expect(await newest()).toMatchObject({ serviceDeploymentArn, status: 'ROLLBACK_SUCCESSFUL' })
    expect(await running()).toBe('peers:2')
  })

  it('botocore would have sent every request that tapit sends', async () => {
    const own = await openAccount()
    for (const argv of [
      ['setup'],
      ['create', 'deploy', 'docker_tag=v1.2.3', '--wait'],
      ['create', 'deploy', 'docker_tag=v1.3.0', 'initiator=me', 'git_hash=abc', '--wait'],
      ['create', 'deploy', 'process=default', 'docker_tag=v1.2.3'],
      ['cancel', 'deploy', 'reason=mistake', '--wait'],
      ['show', 'deploy'],
      ['list', 'deploys', 'process=worker', 'status=finalized'],
      ['status'],
      ['show', 'logs'],
    ]) {
      await own.tapit(...argv)
    }
    const sent = own.sandbox.faults.journal
    const requests = sent.map(entry => JSON.stringify(entry)).join('\n')
    const validate = fileURLToPath(new URL('botocore/validate_requests.py', import.meta.url))
    const validation = startProcess(python, [validate], { env: env() })
    validation.child.stdin?.end(requests)
    const { code, stdout } = await validation.ended
    await own.close()

    expect(stdout).toMatch(/^\d{3,} requests, 0 with problems\n$/)
    expect(code).toBe(0)
    expect(sent.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment']),
    )
  })
})
