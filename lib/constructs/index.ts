/** The CDK library: `TapitApp` for all of an app, or the constructs that it is made of, one at a time. Needs aws-cdk-lib and constructs. */
export {
  TapitApp,
  type AppProcess,
  type TapitAppFromFileProps,
  type TapitAppProps,
} from './patterns/tapit-app.ts'
export { defineStacks, type CdkEnvironment } from './patterns/define-stacks.ts'
export { ApiProcess } from './api-process.ts'
export { ApproverRole, type ApproverRoleProps } from './approver-role.ts'
export { AppCluster, type AppClusterProps } from './app-cluster.ts'
export { AppDashboard, type AppDashboardProps } from './app-dashboard.ts'
export { AppLogs, type AppLogsProps } from './app-logs.ts'
export { AppNetwork, type AppNetworkProps } from './app-network.ts'
export type { AppReach, PromotionSource } from './app-statements.ts'
export { AppSettings, type AppSettingsProps } from './app-settings.ts'
export { DeployRole, type DeployRoleProps } from './deploy-role.ts'
export { FailureNotifications, type FailureNotificationsProps } from './failure-notifications.ts'
export { Foundation, type FoundationProps } from './foundation.ts'
export { ImageRepository, type ImageRepositoryProps } from './image-repository.ts'
export { ProcessAlarms, type ProcessAlarmsProps } from './process-alarms.ts'
export { BootstrapRevision, type BootstrapRevisionProps } from './bootstrap-revision.ts'
export { processMetrics } from './process-metrics.ts'
export { ProcessService, type ProcessServiceProps } from './process-service.ts'
export { ProcessTraffic, type ProcessTrafficProps } from './process-traffic.ts'
export type { LoadBalancedProcessProps, ProcessProps } from './process-props.ts'
export { PublicLoadBalancer, type PublicLoadBalancerProps } from './public-load-balancer.ts'
export { ScheduledProcess, type ScheduledProcessProps } from './scheduled-process.ts'
export { secretOf } from './secret-of.ts'
export { WebProcess } from './web-process.ts'
export { WorkerProcess } from './worker-process.ts'
export type * from '../config/app-config.ts'
export { appOfEnvironment } from '../config/app-of-environment.ts'
export { readConfig, type TapitConfig } from '../config/read-config.ts'
