import { AwsError } from './aws-error.ts'

export type Identity = { readonly accessKeyId: string; readonly region: string; readonly service: string }

/** Who signed a request, and for which region. The signature is not verified: there is no secret to verify it with. */
export function identityOf(authorization: string | undefined): Identity | undefined {
  if (authorization === undefined || authorization.trim() === '') return undefined
  const [, scope] = /^AWS4-\S+\s+.*?Credential=([^\s,]+)/.exec(authorization) ?? []
  // An access key id holds no slash, so the scope's elements are counted from the front.
  const [accessKeyId, , region, service, terminator] = scope?.split('/') ?? []
  if (
    accessKeyId === undefined ||
    region === undefined ||
    service === undefined ||
    terminator !== 'aws4_request'
  ) {
    throw new AwsError(
      'IncompleteSignatureException',
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, in the header 'Authorization'",
    )
  }
  return { accessKeyId, region, service }
}

/** Lets clients meet AWS's errors about credentials: by access key ids that begin with EXPIRED, DENIED or INVALID. */
export function authorize(
  identity: Identity | undefined,
  { region, action }: { region: string; action: string },
): void {
  if (identity === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
  }
  const { accessKeyId } = identity
  if (accessKeyId.startsWith('INVALID')) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  }
  if (accessKeyId.startsWith('EXPIRED')) throw expired()
  if (identity.region !== region) {
    throw new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region, not '${identity.region}': this sandbox is in ${region}.`,
    )
  }
  if (accessKeyId.startsWith('DENIED')) throw denied(action)
}

export function expired(): AwsError {
  return new AwsError('ExpiredTokenException', 'The security token included in the request is expired')
}

/** `action` is as IAM writes it: `ecs:UpdateService`. */
export function denied(action: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `User: arn:aws:sts::123456789012:assumed-role/sandbox/tapit is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
  )
}
