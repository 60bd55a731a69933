import * as ssm from 'aws-cdk-lib/aws-ssm'
import { Construct } from 'constructs'
import type { PolicySettings, ReleaseSettings, StrategySettings } from '../config/schema.ts'
import { policyParameter, releaseParameter, strategyParameter } from '../names/aws.ts'

export interface AppSettingsProps {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /**
   * The strategies of tapit.yml by their names.
   * @default - none: processes use the built-in ones
   */
  readonly strategies?: Readonly<Record<string, StrategySettings>>
  /**
   * The policies of tapit.yml.
   * @default - none: nothing denies a deployment or asks for an approval
   */
  readonly policies?: readonly PolicySettings[]
  /**
   * The release command of tapit.yml.
   * @default - none: a deploy runs nothing before it
   */
  readonly release?: ReleaseSettings
}

/** Of a standard parameter; larger ones cost money. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const mostBytes = 4096

/** The strategies, the policies and the release command as SSM parameters: what counts is what was deployed, whatever a laptop's tapit.yml says. */
export class AppSettings extends Construct {
  /** By the name of the strategy. */
  readonly strategies: Readonly<Record<string, ssm.StringParameter>>
  /** By the name of the policy. */
  readonly policies: Readonly<Record<string, ssm.StringParameter>>
  /** Absent where nothing is released. */
  readonly release?: ssm.StringParameter

  constructor(scope: Construct, id: string, props: AppSettingsProps) {
    super(scope, id)
    const { app, strategies = {}, policies = [], release } = props

    this.strategies = parameters({
      scope: new Construct(this, 'Strategies'),
      what: 'strategy',
      settings: Object.entries(strategies),
      nameOf: name => strategyParameter(app, name),
    })
    this.policies = parameters({
      scope: new Construct(this, 'Policies'),
      what: 'policy',
      settings: policies.map(policy => [policy.name, policy] as const),
      nameOf: name => policyParameter(app, name),
    })
    this.release =
      release &&
      new ssm.StringParameter(this, 'Release', {
        parameterName: releaseParameter(app),
        stringValue: fitting(release, 'release'),
      })
  }
}

type ParametersOptions = {
  readonly scope: Construct
  readonly what: string
  readonly settings: readonly (readonly [string, StrategySettings | PolicySettings])[]
  readonly nameOf: (name: string) => string
}

function parameters({
  scope,
  what,
  settings,
  nameOf,
}: ParametersOptions): Readonly<Record<string, ssm.StringParameter>> {
  return Object.fromEntries(
    settings.map(([name, value]) => {
      const stringValue = fitting(value, `the ${what} '${name}'`)
      return [name, new ssm.StringParameter(scope, name, { parameterName: nameOf(name), stringValue })]
    }),
  )
}

/** As JSON, if a parameter can hold that. */
function fitting(settings: object, what: string): string {
  const stringValue = JSON.stringify(settings)
  const bytes = Buffer.byteLength(stringValue)
  if (bytes > mostBytes)
    throw new Error(
      `${what} takes ${bytes} bytes as JSON, an SSM parameter holds at most ${mostBytes}: shorten it or split it in two`,
    )
  return stringValue
}
