import { afterEach, beforeEach, expect, it } from 'vitest'
import { activeRevisions, deployOne, outside, runningTags, show } from '../deploy/scenes.ts'
import { provision, type Provisioned } from './provisioned.ts'

let app: Provisioned
beforeEach(async () => {
  app = await provision()
}, 60_000)
afterEach(() => app.close())

it('passes over what the sandbox does not have, and nothing else', () => {
  expect(app.cloudFormation.skipped().filter(type => !type.startsWith('AWS::EC2::'))).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::ECS::ClusterCapacityProviderAssociations',
    'AWS::Events::Rule',
    'AWS::IAM::OIDCProvider',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::KMS::Key',
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
  ])
})

it('runs placeholders that are healthy before there is any image, and says so', async () => {
  const { document } = await app.shop.json('status')
  const { stdout } = await app.shop.tapit('status')

  expect(document.processes).toEqual([
    expect.objectContaining({ process: 'default', kind: 'web', health: 'healthy', isPlaceholder: true }),
    expect.objectContaining({ process: 'worker', kind: 'worker', health: 'healthy', isPlaceholder: true }),
  ])
  for (const absent of ['promotionStage', 'dockerTag', 'imageDigest', 'drift'])
    expect(document.processes[0]).not.toHaveProperty(absent)
  expect(stdout).toMatch(/default +– +never deployed +healthy +1\/1 .*not deployed yet: a placeholder runs/)
  expect(stdout).not.toContain('outside')
})

it('is refused as long as there is no image', async () => {
  const { code, document } = await app.shop.json('create', 'deploy', 'docker_tag=v1.0.0')

  expect(code).toBe(3)
  expect(document.error.code).toBe('image_not_found')
})

it('is planned as a first deployment, without the noise of comparing with a placeholder', async () => {
  await app.shop.push({ tag: 'v1' })

  const { stdout } = await app.shop.tapit('create', 'deploy', 'docker_tag=v1', '--dry-run')
  const { document } = await app.shop.json('create', 'deploy', 'docker_tag=v1', '--dry-run')

  expect(stdout).toMatch(
    /default +careful \(canary\) +first deploy, replaces the placeholder\n +10 % for 1 min, then all\n.*\n +tasks +1 → 2\n/,
  )
  expect(stdout).not.toMatch(/nginx|LOG_LEVEL/)
  expect(document.processes[0]).toMatchObject({
    strategy: 'canary',
    strategyName: 'careful',
    desired: 2,
    desiredBefore: 1,
    previous: { isPlaceholder: true },
    changes: [],
  })
})

it('brings the image and the count of tapit.yml with the first deploy', async () => {
  await app.shop.push({ tag: 'v1' })

  const { code } = await app.shop.json('create', 'deploy', 'docker_tag=v1', '--wait')

  expect(code).toBe(0)
  expect(runningTags(app.shop, 'default')).toEqual(['v1'])
  expect(desiredCount('default')).toBe(2)
  expect(runningTags(app.shop, 'worker')).toEqual(['v1'])
  const { document } = await app.shop.json('status')
  expect(document.processes[0]).toMatchObject({ dockerTag: 'v1', promotionStage: 'active', running: 2 })
  expect(document.processes[0]).not.toHaveProperty('isPlaceholder')
  expect(document.processes[0]).not.toHaveProperty('drift')
})

it('goes back to the placeholder, with its count, where the first image fails', async () => {
  await app.shop.push({ tag: 'bad', behaviour: 'crash' })

  const { ended } = app.shop.start(['create', 'deploy', 'docker_tag=bad', 'process=default', '--wait'])
  const { code, stderr, stdout } = await ended

  expect(code).toBe(1)
  expect(`${stderr}${stdout}`).toContain('the placeholder is running again (checked)')
  expect(desiredCount('default')).toBe(1)
  expect(activeRevisions(app.shop, 'default').map(revision)).toEqual(['shop-default:1'])
  const { document } = await app.shop.json('status')
  expect(document.processes[0]).toMatchObject({ isPlaceholder: true, health: 'healthy' })
  const { deployment } = await deployOne(app.shop, 'worker', 'bad')
  expect(await show(app.shop, deployment.id)).not.toHaveProperty('previous')
})

function desiredCount(process: string): number | undefined {
  const { services } = outside(app.shop).DescribeServices({ cluster: 'shop', services: [process] })
  return services?.[0]?.desiredCount
}

function revision(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
