import type * as applicationAutoScaling from '@aws-sdk/client-application-auto-scaling'
import type * as cloudwatch from '@aws-sdk/client-cloudwatch'
import type * as logs from '@aws-sdk/client-cloudwatch-logs'
import type * as ecr from '@aws-sdk/client-ecr'
import type * as ecs from '@aws-sdk/client-ecs'
import type * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2'
import type * as ssm from '@aws-sdk/client-ssm'
import type * as sts from '@aws-sdk/client-sts'

/** Who signed the request. */
export type Caller = { readonly accessKeyId: string }

/**
 * Every operation of an SDK client as a server-side handler, typed from the SDK's own commands. An operation that is left
 * out answers with AWS's error for something that is not implemented.
 */
type Handlers<Sdk> = {
  readonly [
    Key in keyof Sdk as Key extends `${infer Operation}Command` ? Operation : never
  ]?: Sdk[Key] extends {
    // Not the constructor: a command without required members has two of them.
    readonly prototype: infer Command
  }
    ? (input: InputOf<Command>) => OutputOf<Command> | Promise<OutputOf<Command>>
    : never
}

/** The same, where the answer depends on who asks. */
type ByCaller<All> = {
  readonly [Operation in keyof All]: All[Operation] extends ((input: infer Input) => infer Output) | undefined
    ? (input: Input, caller: Caller) => Output
    : never
}

type InputOf<Command> = Command extends { readonly input: infer Input } ? Input : never

type OutputOf<Command> = Command extends {
  resolveMiddleware(...args: infer _Arguments): (args: never) => Promise<{ output: infer Output }>
}
  ? Partial<Omit<Output, '$metadata'>>
  : never

export type ApplicationAutoScalingHandlers = Handlers<typeof applicationAutoScaling>
export type CloudWatchHandlers = Handlers<typeof cloudwatch>
export type LogsHandlers = Handlers<typeof logs>
export type EcrHandlers = Handlers<typeof ecr>
export type EcsHandlers = Handlers<typeof ecs>
export type Elbv2Handlers = Handlers<typeof elbv2>
export type SsmHandlers = Handlers<typeof ssm>
export type StsHandlers = ByCaller<Handlers<typeof sts>>

export type { applicationAutoScaling, cloudwatch, ecr, ecs, elbv2, logs, ssm, sts }
