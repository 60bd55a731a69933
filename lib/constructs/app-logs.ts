import { RemovalPolicy } from 'aws-cdk-lib'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { auditLogGroup, deploymentLogGroup } from '../names/aws.ts'

export interface AppLogsProps {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /**
   * How long the logs of deployments are kept.
   * @default RetentionDays.ONE_YEAR
   */
  readonly deploymentRetention?: logs.RetentionDays
  /**
   * How long it is kept who changed what.
   * @default RetentionDays.TEN_YEARS
   */
  readonly auditRetention?: logs.RetentionDays
}

/** The app's logs that no process writes: what its deployments did, and the audit. They outlive the stack. */
export class AppLogs extends Construct {
  readonly deployments: logs.LogGroup
  readonly audit: logs.LogGroup

  constructor(scope: Construct, id: string, props: AppLogsProps) {
    super(scope, id)
    const {
      app,
      deploymentRetention = logs.RetentionDays.ONE_YEAR,
      auditRetention = logs.RetentionDays.TEN_YEARS,
    } = props

    this.deployments = new logs.LogGroup(this, 'Deployments', {
      logGroupName: deploymentLogGroup(app),
      retention: deploymentRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    this.audit = new logs.LogGroup(this, 'Audit', {
      logGroupName: auditLogGroup(app),
      retention: auditRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
  }
}
