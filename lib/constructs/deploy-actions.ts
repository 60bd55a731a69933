/**
 * What the deploy role may do (of an enforced environment: its approvers' role, and the deploy role a part of it), by what AWS lets it be fenced to; test/constructs/deploy-actions.test.ts compares it with what the CLI calls.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const deployActions = {
  /** AWS knows no resource that Fargate has for these: the account or nothing. */
  anywhere: [
    'application-autoscaling:DescribeScalableTargets',
    'ecr:GetAuthorizationToken',
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
  /** AWS knows no resource for it either. It changes something, and nothing that runs stops by it. */
  deregistering: ['ecs:DeregisterTaskDefinition'],
  /** On services and tasks of all clusters: before an image is deleted, the CLI sees that no other app runs it. */
  lookingAround: ['ecs:DescribeServices', 'ecs:DescribeTasks'],
  onCluster: ['ecs:DescribeClusters'],
  /** On the cluster's services, their deployments and their revisions. */
  seeingServices: [
    'ecs:DescribeServiceDeployments',
    'ecs:DescribeServiceRevisions',
    'ecs:ListServiceDeployments',
  ],
  /** On the same. */
  onServices: ['ecs:ContinueServiceDeployment', 'ecs:StopServiceDeployment', 'ecs:UpdateService'],
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
  /** On the app's repositories, as the next two. */
  readingImages: [
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:DescribeImageScanFindings',
    'ecr:DescribeImages',
    'ecr:DescribeRepositories',
    'ecr:GetDownloadUrlForLayer',
    'ecr:GetRepositoryPolicy',
  ],
  pushing: ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'],
  deletingImages: ['ecr:BatchDeleteImage'],
  readingLogs: ['logs:FilterLogEvents', 'logs:GetLogEvents'],
  /** To the logs of deployments, and to the audit, of which it can do nothing else. */
  appending: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  onSettings: ['ssm:GetParametersByPath'],
  /** On items whose partition key begins with the app, as the next two. */
  readingRecords: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  writingRecords: ['dynamodb:PutItem'],
  /** Leases, when they are released. */
  deletingRecords: ['dynamodb:DeleteItem'],
} as const
