/**
 * What the deploy role may do, by what AWS lets it be fenced to; test/constructs/deploy-actions.test.ts compares it with what the CLI calls.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const deployActions = {
  /** AWS knows no resource that Fargate has for these: the account or nothing. Only the second changes anything, and nothing that runs stops by it. */
  anywhere: [
    'application-autoscaling:DescribeScalableTargets',
    'ecr:GetAuthorizationToken',
    'ecs:DeregisterTaskDefinition',
    'ecs:DescribeTaskDefinition',
    'ecs:ListClusters',
    'ecs:ListServices',
    'ecs:ListTaskDefinitions',
    'ecs:ListTasks',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
  ],
  /** On services and tasks of all clusters: before an image is deleted, the CLI sees that no other app runs it. */
  lookingAround: ['ecs:DescribeServices', 'ecs:DescribeTasks'],
  onCluster: ['ecs:DescribeClusters'],
  /** On the cluster's services, their deployments and their revisions. */
  onServices: [
    'ecs:ContinueServiceDeployment',
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:ListServiceDeployments',
    'ecs:StopServiceDeployment',
    'ecs:UpdateService',
  ],
  /** Revisions of the app's families, in its cluster alone. */
  running: ['ecs:RunTask'],
  /** On the cluster's tasks; ECS asks the second one of the cluster too. */
  onTasks: ['ecs:ExecuteCommand', 'ecs:StopTask'],
  /** On the families of the app's processes. */
  registering: ['ecs:RegisterTaskDefinition'],
  /** The same, while they are registered. */
  tagging: ['ecs:TagResource'],
  /** The roles of the app's tasks, to ECS. */
  passing: ['iam:PassRole'],
  /** On the scalable targets of ECS services, whose ids nobody knows beforehand; AWS asks for `UpdateService` on the service as well. */
  scaling: ['application-autoscaling:RegisterScalableTarget'],
  /** On alarms of the region: AWS asks for the whole list, whichever are asked about. */
  onAlarms: ['cloudwatch:DescribeAlarms'],
  onRepositories: [
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchDeleteImage',
    'ecr:BatchGetImage',
    'ecr:CompleteLayerUpload',
    'ecr:DescribeImageScanFindings',
    'ecr:DescribeImages',
    'ecr:DescribeRepositories',
    'ecr:GetDownloadUrlForLayer',
    'ecr:GetRepositoryPolicy',
    'ecr:InitiateLayerUpload',
    'ecr:PutImage',
    'ecr:UploadLayerPart',
  ],
  readingLogs: ['logs:FilterLogEvents', 'logs:GetLogEvents'],
  /** To the logs of deployments, and to the audit, of which it can do nothing else. */
  appending: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  onSettings: ['ssm:GetParametersByPath'],
  /** On items whose partition key begins with the app. */
  onRecords: [
    'dynamodb:BatchGetItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
  ],
} as const
