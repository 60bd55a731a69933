import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { deployActions } from '../../lib/constructs/deploy-actions.ts'

const adapters = fileURLToPath(new URL('../../lib/adapters/aws/', import.meta.url))

/** IAM's word for each client's service. */
const services: Readonly<Record<string, string>> = {
  'application-auto-scaling': 'application-autoscaling',
  cloudformation: 'cloudformation',
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  dynamodb: 'dynamodb',
  ecr: 'ecr',
  ecs: 'ecs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  ssm: 'ssm',
  sts: 'sts',
}

/** What the CLI calls and a deploy does not need. */
const ofOthers: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': 'needs no permission',
  'dynamodb:CreateTable': 'tapit setup, by whoever sets the account up',
  'dynamodb:DescribeContinuousBackups': 'tapit doctor, which does without where it is denied',
  'dynamodb:DescribeTable': 'tapit setup',
  'dynamodb:UpdateContinuousBackups': 'tapit setup',
  'logs:CreateLogGroup': 'where CDK did not make the log groups',
  'cloudformation:DescribeChangeSet': 'tapit doctor, by whoever runs cdk deploy',
  'cloudformation:ListStackResources': 'tapit doctor',
  'cloudformation:GetTemplate': 'tapit doctor',
}

/** What no adapter calls, and why the role has it. */
const callsOfOthers: Readonly<Record<string, string>> = {
  'iam:PassRole': 'ECS asks for it when a revision is registered',
  'ecs:TagResource': 'ECS asks for it when a revision is registered with tags',
  'ecr:BatchCheckLayerAvailability': 'docker push (issue 4)',
  'ecr:InitiateLayerUpload': 'docker push (issue 4)',
  'ecr:UploadLayerPart': 'docker push (issue 4)',
  'ecr:CompleteLayerUpload': 'docker push (issue 4)',
}

const allowed: readonly string[] = Object.values(deployActions).flat()

it('finds the commands that the adapters send', () => {
  expect(called()).toContain('ecs:UpdateService')
  expect(called()).toContain('dynamodb:PutItem')
})

it('allows what the CLI calls', () => {
  const missing = called().filter(action => !allowed.includes(action) && ofOthers[action] === undefined)

  expect(missing).toEqual([])
})

it('allows nothing that the CLI does not call', () => {
  const superfluous = allowed.filter(
    action => !called().includes(action) && callsOfOthers[action] === undefined,
  )

  expect(superfluous).toEqual([])
})

it('has each action in one place, each spelled in full', () => {
  expect(allowed.toSorted()).toEqual([...new Set(allowed)].toSorted())
  expect(allowed.filter(action => !/^[a-z-]+:[A-Z][A-Za-z]+$/.test(action))).toEqual([])
})

it('makes no exception for what is not an exception any more', () => {
  const nowCalled = Object.keys(callsOfOthers).filter(action => called().includes(action))
  const nowAllowed = Object.keys(ofOthers).filter(action => allowed.includes(action))

  expect([...nowCalled, ...nowAllowed]).toEqual([])
})

/** Every command of an SDK client that a file of the adapters imports as a value. */
function called(): readonly string[] {
  return readdirSync(adapters, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => commandsIn(readFileSync(`${adapters}${file}`, 'utf8')))
}

function commandsIn(source: string): readonly string[] {
  return [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)].flatMap(
    ([, names = '', client = '']) =>
      [...names.matchAll(/(?<!type )\b(\w+)Command\b/g)].map(
        ([, command]) => `${services[client] ?? `unknown service ${client}`}:${command}`,
      ),
  )
}
