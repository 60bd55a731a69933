import type { ServiceDescription } from './service-description.ts'

/** The services of the sandbox, in the words of their protocols. */
export const services: readonly ServiceDescription[] = [
  {
    id: 'ecs',
    title: 'Amazon ECS',
    json: { target: 'AmazonEC2ContainerServiceV20141113', version: '1.1' },
    invalidRequest: 'InvalidParameterException',
  },
  {
    id: 'ecr',
    title: 'Amazon ECR',
    json: { target: 'AmazonEC2ContainerRegistry_V20150921', version: '1.1' },
    invalidRequest: 'InvalidParameterException',
  },
  {
    id: 'elasticloadbalancing',
    title: 'Elastic Load Balancing v2',
    query: {
      version: '2015-12-01',
      xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    },
    invalidRequest: 'ValidationException',
  },
  {
    id: 'logs',
    title: 'CloudWatch Logs',
    json: { target: 'Logs_20140328', version: '1.1' },
    invalidRequest: 'InvalidParameterException',
  },
  {
    // The JS SDK and botocore choose JSON at the moment; older botocores Query, other SDKs CBOR.
    id: 'monitoring',
    title: 'CloudWatch',
    json: { target: 'GraniteServiceVersion20100801', version: '1.0' },
    query: { version: '2010-08-01', xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/' },
    cbor: { target: 'GraniteServiceVersion20100801' },
    queryCompatible: true,
    invalidRequest: 'ValidationException',
  },
  {
    id: 'application-autoscaling',
    title: 'Application Auto Scaling',
    json: { target: 'AnyScaleFrontendService', version: '1.1' },
    invalidRequest: 'ValidationException',
  },
  {
    id: 'ssm',
    title: 'AWS Systems Manager',
    json: { target: 'AmazonSSM', version: '1.1' },
    invalidRequest: 'ValidationException',
  },
  {
    id: 'sts',
    title: 'AWS STS',
    query: { version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    invalidRequest: 'ValidationException',
  },
  {
    id: 'dynamodb',
    title: 'Amazon DynamoDB',
    json: { target: 'DynamoDB_20120810', version: '1.0' },
    invalidRequest: 'ValidationException',
  },
]
