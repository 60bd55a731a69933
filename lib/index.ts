/** The public API of the library: the vocabulary, the names in AWS, and the pure engine behind the command line. */
export * from './names/vocabulary.ts'
export * from './names/aws.ts'
export { exitCodes, type ExitCode, type ExitName } from './names/refusal.ts'
export {
  deploymentConfiguration,
  strategyOf,
  type DeploymentConfiguration,
} from './strategy/deployment-configuration.ts'
export type { Deployment, HealthRules, Moment, Previous } from './deployment/deployment.ts'
export type { Evidence, Failure, LogPointer } from './deployment/failure.ts'
export type {
  Observation,
  SeenService,
  SeenServiceDeployment,
  SeenTarget,
  SeenTask,
  StoppedTask,
} from './deployment/observation.ts'
export { transitions, type State, type StateName } from './deployment/state.ts'
export { advance } from './deployment/advance.ts'
export { judge } from './deployment/judge.ts'
export {
  exitOf,
  failureOf,
  groupStatusOf,
  healthOf,
  isSettled,
  stageOf,
  statusOf,
  stepsOf,
  type Step,
} from './deployment/projections.ts'
export { failureKinds } from './deployment/failures/kinds.ts'
