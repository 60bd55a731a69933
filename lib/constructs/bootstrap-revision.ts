import { Validations } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import { Construct } from 'constructs'
import { releaseFamily } from '../names/aws.ts'

export interface BootstrapRevisionProps {
  /** The app in its environment. */
  readonly app: string
  /** The name of the process. */
  readonly process: string
  /**
   * Where the load balancer expects an answer.
   *
   * @default - it listens nowhere and sleeps
   */
  readonly port?: number
}

/** Never to change, and with it nothing below: see the class. */
const image = 'public.ecr.aws/docker/library/nginx:stable-alpine'

/**
 * The first revision of the release family: what a service runs until its first deployment. It answers 200 at every path, or sleeps.
 *
 * CloudFormation names the family without a revision, so whatever it registers there last is what its next update of the service brings into
 * production. This resource must therefore never be replaced: it depends on the names and the port alone, and what it consists of is frozen.
 */
export class BootstrapRevision extends Construct {
  readonly family: string
  readonly revision: ecs.CfnTaskDefinition

  constructor(scope: Construct, id: string, { app, process, port }: BootstrapRevisionProps) {
    super(scope, id)
    this.family = releaseFamily(app, process)
    this.revision = new ecs.CfnTaskDefinition(this, 'Revision', {
      family: this.family,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      containerDefinitions: [
        {
          name: process,
          image,
          essential: true,
          entryPoint: ['sh', '-c'],
          command: [port === undefined ? sleep : answerAt(port)],
          ...(port !== undefined && { portMappings: [{ containerPort: port, protocol: 'tcp' }] }),
        },
      ],
    })
    Validations.of(this.revision).acknowledge({
      id: 'AwsSolutions-ECS7',
      reason:
        'The placeholder has nothing to say; with a log configuration it would depend on a role and a log group.',
    })
  }
}

/** A shell that only waits hears SIGTERM; `exec sleep` as process 1 would not. */
const sleep = 'trap : TERM INT; sleep infinity & wait'

function answerAt(port: number): string {
  const server = `server { listen ${port}; default_type text/plain; return 200 "Nothing is deployed here yet."; }`
  return `echo '${server}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`
}
