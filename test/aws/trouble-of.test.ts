import { describe, expect, it } from 'vitest'

import { isPassing, Trouble } from '../../lib/actions/trouble.ts'
import { type TroubleContext, troubleOf } from '../../lib/adapters/aws/trouble-of.ts'

function awsError(name: string, message = 'no reason', members: object = {}): Error {
  return Object.assign(new Error(message), { name, ...members })
}

function trouble(error: unknown, context: Partial<TroubleContext> = {}): Trouble {
  return troubleOf(error, { service: 'ecs', operation: 'UpdateService', env: {}, ...context })
}

const notAuthorized =
  'User: arn:aws:sts::123456789012:assumed-role/dev/ada is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/x because no identity-based policy allows the iam:PassRole action'

describe('troubleOf', () => {
  it.each([
    // Credentials and region
    ['refused', 'no_region', new Error('Region is missing')],
    [
      'denied',
      'no_credentials',
      awsError('CredentialsProviderError', 'Could not load credentials from any providers'),
    ],
    ['expired', 'credentials_expired', awsError('ExpiredToken')],
    [
      'expired',
      'credentials_expired',
      awsError('ExpiredTokenException', 'The security token included in the request is expired'),
    ],
    [
      'expired',
      'credentials_expired',
      awsError(
        'CredentialsProviderError',
        'The SSO session associated with this profile has expired. To refresh…',
      ),
    ],
    [
      'expired',
      'credentials_expired',
      awsError('TokenProviderError', 'Token is expired. To refresh this SSO session run aws sso login…'),
    ],
    [
      'expired',
      'credentials_expired',
      awsError('UnauthorizedException', 'Session token not found or invalid'),
    ],
    ['denied', 'credentials_invalid', awsError('UnrecognizedClientException')],
    ['denied', 'credentials_invalid', awsError('InvalidClientTokenId')],
    ['denied', 'credentials_invalid', awsError('SignatureDoesNotMatch')],
    [
      'denied',
      'credentials_invalid',
      awsError('InvalidSignatureException', 'The request signature we calculated does not match'),
    ],
    [
      'denied',
      'clock_wrong',
      awsError('InvalidSignatureException', 'Signature expired: 20261120T000000Z is now earlier than'),
    ],
    ['denied', 'clock_wrong', awsError('RequestTimeTooSkewed')],
    // Permissions
    ['denied', 'access_denied', awsError('AccessDeniedException', notAuthorized)],
    ['denied', 'access_denied', awsError('AccessDenied', notAuthorized)],
    ['denied', 'access_denied', awsError('ClientException', notAuthorized)],
    ['denied', 'access_denied', awsError('UnauthorizedOperation')],
    ['denied', 'access_denied', awsError('OptInRequired')],
    // What passes
    ['throttled', 'throttled', awsError('ThrottlingException', 'Rate exceeded')],
    ['throttled', 'throttled', awsError('Throttling', 'Rate exceeded')],
    ['throttled', 'throttled', awsError('ThrottledException')],
    ['throttled', 'throttled', awsError('TooManyRequestsException')],
    ['throttled', 'throttled', awsError('RequestLimitExceeded')],
    ['throttled', 'throttled', awsError('ProvisionedThroughputExceededException')],
    ['throttled', 'throttled', awsError('SlowDown')],
    ['throttled', 'throttled', awsError('Whatever', 'x', { $metadata: { httpStatusCode: 429 } })],
    [
      'throttled',
      'throttled',
      awsError(
        'ClientException',
        'Too many concurrent attempts to create a new revision of the specified family.',
      ),
    ],
    [
      'transient',
      'aws_failing',
      awsError('ServerException', 'Service Unavailable', { $metadata: { httpStatusCode: 500 } }),
    ],
    ['transient', 'aws_failing', awsError('Unknown', 'Bad gateway', { $metadata: { httpStatusCode: 502 } })],
    ['transient', 'aws_failing', awsError('ServiceUnavailableException')],
    [
      'transient',
      'aws_unreachable',
      awsError('TimeoutError', 'a request has exceeded the configured 10000 ms'),
    ],
    ['transient', 'aws_unreachable', awsError('AbortError', 'Request aborted')],
    ['transient', 'aws_unreachable', awsError('Error', 'connect', { code: 'ECONNREFUSED' })],
    ['transient', 'aws_unreachable', awsError('Error', 'read', { code: 'ECONNRESET' })],
    ['transient', 'aws_unreachable', awsError('Error', 'getaddrinfo', { code: 'ENOTFOUND' })],
    ['transient', 'aws_unreachable', awsError('Error', 'getaddrinfo', { code: 'EAI_AGAIN' })],
    ['transient', 'aws_unreachable', awsError('Error', 'socket hang up')],
    // What does not
    ['refused', 'aws_refused', awsError('LimitExceededException', 'The limit for the resource was exceeded')],
    [
      'refused',
      'certificate_untrusted',
      awsError('Error', 'self-signed certificate in chain', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    ],
    [
      'refused',
      'aws_unreadable',
      awsError('SyntaxError', 'Unexpected token <', { $metadata: { httpStatusCode: 200 } }),
    ],
    ['refused', 'not_implemented', awsError('UnknownOperationException')],
    [
      'refused',
      'not_implemented',
      awsError('InvalidAction', 'The action DescribeTargetHealth is not valid for this endpoint'),
    ],
    [
      'refused',
      'not_implemented',
      awsError('InternalFailure', 'not yet implemented', { $metadata: { httpStatusCode: 501 } }),
    ],
    ['missing', 'cluster_not_found', awsError('ClusterNotFoundException', 'Cluster not found.')],
    ['missing', 'service_not_found', awsError('ServiceNotFoundException', 'Service not found.')],
    ['missing', 'service_not_active', awsError('ServiceNotActiveException', 'Service was not ACTIVE.')],
    ['missing', 'service_deployment_not_found', awsError('ServiceDeploymentNotFoundException')],
    ['missing', 'target_group_not_found', awsError('TargetGroupNotFoundException')],
    ['missing', 'not_found', awsError('ResourceNotFoundException')],
    ['refused', 'task_definition_inactive', awsError('ClientException', 'TaskDefinition is inactive')],
    [
      'refused',
      'aws_refused',
      awsError('InvalidParameterException', 'Unable to Start a service that is still Draining.'),
    ],
    ['refused', 'aws_refused', 'a string that was thrown'],
  ])('is %s (%s): %s', (kind, code, error) => {
    const found = trouble(error)

    expect(found).toBeInstanceOf(Trouble)
    expect(found).toMatchObject({ kind, code, operation: 'UpdateService', exitCode: 3 })
    expect(isPassing(found)).toBe(kind === 'throttled' || kind === 'transient')
  })

  it('says how to log in again with the profile', () => {
    const error = awsError(
      'CredentialsProviderError',
      'The SSO session associated with this profile has expired.',
    )

    expect(trouble(error, { env: { AWS_PROFILE: 'shop-prod' } })).toMatchObject({
      message: 'the AWS credentials have expired (profile shop-prod, SSO)',
      advice: 'aws sso login --profile shop-prod',
    })
  })

  it('says that nobody is logged in', () => {
    const error = awsError(
      'CredentialsProviderError',
      'The SSO session associated with this profile is invalid. To refresh…',
    )

    expect(trouble(error, { env: { AWS_PROFILE: 'shop-prod' } })).toMatchObject({
      kind: 'expired',
      message: 'not logged in to AWS (profile shop-prod, SSO)',
      advice: 'aws sso login --profile shop-prod',
    })
  })

  it.each([
    'Could not load credentials from any providers',
    'Could not resolve credentials using profile: [nope] in configuration/credentials file(s).',
  ])('names the profile that gives no credentials: %s', message => {
    expect(
      trouble(awsError('CredentialsProviderError', message), { env: { AWS_PROFILE: 'nope' } }),
    ).toMatchObject({
      code: 'no_credentials',
      message:
        'there is no AWS profile "nope" in ~/.aws/config and ~/.aws/credentials, or it has no credentials',
      advice: 'aws configure list-profiles',
    })
  })

  it('names the action that is denied, and who was denied it', () => {
    const { message, advice } = trouble(awsError('AccessDeniedException', notAuthorized))

    expect(message).toContain('arn:aws:sts::123456789012:assumed-role/dev/ada may not iam:PassRole: User: ')
    expect(advice).toContain('iam:PassRole')
  })

  it('names the action that was called where AWS names none', () => {
    const context = { service: 'elasticloadbalancing', operation: 'DescribeTargetHealth' }

    expect(trouble(awsError('AccessDenied', 'Forbidden'), context).message).toContain(
      'may not elasticloadbalancing:DescribeTargetHealth',
    )
  })

  it.each([
    [{ AWS_ENDPOINT_URL: 'http://localhost:4566' }, 'http://localhost:4566'],
    [
      { AWS_ENDPOINT_URL: 'http://localhost:1', AWS_ENDPOINT_URL_ECS: 'http://localhost:2' },
      'http://localhost:2',
    ],
  ])('names the endpoint that somebody chose: %o', (env, url) => {
    const found = trouble(awsError('Error', 'connect', { code: 'ECONNREFUSED' }), { env })

    expect(found).toMatchObject({ code: 'endpoint_unreachable' })
    expect(found.message).toContain(url)
  })

  it('names the region in which a thing is missing', () => {
    const found = trouble(awsError('ClusterNotFoundException', 'Cluster not found.'), {
      env: { AWS_REGION: 'eu-west-1' },
    })

    expect(found.message).toBe('there is no ECS cluster in eu-west-1: Cluster not found. (ecs:UpdateService)')
  })

  it("gives the words of Node's errors for each address that was tried", () => {
    const error = Object.assign(
      new AggregateError([new Error('connect ::1'), new Error('connect 127.0.0.1')], ''),
      {
        name: 'Odd',
      },
    )

    expect(trouble(error).message).toBe('AWS refused ecs:UpdateService: connect ::1; connect 127.0.0.1 (Odd)')
  })

  it('keeps what was thrown as its cause, and leaves a trouble as it is', () => {
    const error = awsError('ThrottlingException')
    const found = trouble(error)

    expect(found.cause).toBe(error)
    expect(trouble(found)).toBe(found)
  })
})
