import { AwsError } from '../../wire/aws-error.ts'
import type { ecs } from '../../wire/handlers.ts'

/** What RegisterTaskDefinition refuses. */
export function checkTaskDefinition(input: ecs.RegisterTaskDefinitionRequest): void {
  const { family = '', containerDefinitions = [], requiresCompatibilities = [] } = input
  if (!/^[\w-]{1,255}$/.test(family)) {
    refuse(
      'Invalid family name. Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed.',
    )
  }
  if (containerDefinitions.length === 0) refuse('Container list cannot be empty.')
  const names = containerDefinitions.map(({ name = '' }) => name)
  if (names.includes('')) refuse('Container.name should not be null or empty.')
  if (new Set(names).size < names.length) refuse('Container names must be unique within a task definition.')
  if (containerDefinitions.some(({ image = '' }) => image === '')) {
    refuse('Container.image should not be null or empty.')
  }
  if (containerDefinitions.every(({ essential = true }) => !essential)) {
    refuse('Task definition does not have any essential container.')
  }
  if (requiresCompatibilities.includes('FARGATE')) checkFargate(input)
}

function checkFargate(input: ecs.RegisterTaskDefinitionRequest): void {
  const { networkMode, cpu, memory, executionRoleArn, containerDefinitions = [] } = input
  if (networkMode !== 'awsvpc') refuse('Fargate only supports network mode ‘awsvpc’.')
  if (cpu === undefined) refuse("Fargate requires that 'cpu' be defined at the task level.")
  if (memory === undefined) refuse("Fargate requires that 'memory' be defined at the task level.")
  const units = unitsOf(cpu, { unit: /\s*vcpu$/i })
  const mebibytes = unitsOf(memory, { unit: /\s*gb$/i })
  if (!isFargateSize(units, mebibytes)) refuse('No Fargate configuration exists for given values.')
  const needsRole = containerDefinitions.some(
    ({ secrets = [], logConfiguration }) => secrets.length > 0 || logConfiguration?.logDriver === 'awslogs',
  )
  if (needsRole && executionRoleArn === undefined) {
    refuse('Fargate requires task definition to have execution role ARN to support log driver awslogs.')
  }
  const hasHostPort = containerDefinitions
    .flatMap(({ portMappings = [] }) => portMappings)
    .some(
      ({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort,
    )
  if (hasHostPort) {
    refuse('When networkMode=awsvpc, the host ports and container ports in port mappings must match.')
  }
}

/** `512`, `.5 vCPU` and `1GB` are all allowed. */
function unitsOf(text: string, { unit }: { readonly unit: RegExp }): number {
  return unit.test(text) ? Number(text.replace(unit, '')) * 1024 : Number(text)
}

const gib = 1024

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
function isFargateSize(cpu: number, memory: number): boolean {
  const within = (from: number, to: number, step: number) =>
    memory >= from * gib && memory <= to * gib && (memory - from * gib) % (step * gib) === 0
  switch (cpu) {
    case 256:
      return [512, 1024, 2048].includes(memory)
    case 512:
      return within(1, 4, 1)
    case 1024:
      return within(2, 8, 1)
    case 2048:
      return within(4, 16, 1)
    case 4096:
      return within(8, 30, 1)
    case 8192:
      return within(16, 60, 4)
    case 16_384:
      return within(32, 120, 8)
    default:
      return false
  }
}

function refuse(message: string): never {
  throw new AwsError('ClientException', message)
}
