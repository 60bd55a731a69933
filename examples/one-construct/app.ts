import { App, Stack } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { WorkerProcess } from 'tapit/cdk'

// A CDK app that was there before: a cluster in a network of its own, a queue, a repository that somebody pushes to.
const app = new App()
const stack = new Stack(app, 'orders', { env: { region: 'eu-west-1' } })
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 })
const cluster = new ecs.Cluster(stack, 'Cluster', {
  clusterName: 'orders',
  vpc,
  enableFargateCapacityProviders: true,
})
const queue = new sqs.Queue(stack, 'Queue', { enforceSSL: true })
const repository = ecr.Repository.fromRepositoryName(stack, 'Repository', 'orders')

// And one construct of tapit's. `tapit -a orders create deploy docker_tag=… --wait` then deploys to it.
const worker = new WorkerProcess(stack, 'Worker', {
  app: 'orders',
  process: 'worker',
  cluster,
  repository,
  command: ['node', 'worker.js'],
  env: { QUEUE_URL: queue.queueUrl },
})

// What it is made of stays within reach: this is an L2 like any other.
queue.grantConsumeMessages(worker.template.taskRole)
