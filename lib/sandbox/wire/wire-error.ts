import type { AwsError } from './aws-error.ts'
import type { WireError } from './protocol.ts'
import type { ServiceSchemas } from './schemas-of.ts'

/** What the service's model says about an error, or AWS's errors that all services have in common. */
export function wireError(error: AwsError, errors: ServiceSchemas['errors'] = new Map()): WireError {
  const { name, message, members } = error
  const schema = errors.get(name)
  const common = commonErrors[name]
  const status = schema?.status ?? common?.status ?? 400
  return {
    name,
    message,
    members,
    status,
    queryCode: schema?.queryCode ?? common?.queryCode ?? name,
    queryStatus: schema?.status ?? common?.queryStatus ?? status,
  }
}

type CommonError = { readonly status: number; readonly queryCode?: string; readonly queryStatus?: number }

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html, and the names that Query gives them. */
const commonErrors: Readonly<Record<string, CommonError>> = {
  AccessDeniedException: { status: 400, queryCode: 'AccessDenied', queryStatus: 403 },
  ExpiredTokenException: { status: 400, queryCode: 'ExpiredToken', queryStatus: 403 },
  IncompleteSignatureException: { status: 400, queryCode: 'IncompleteSignature' },
  InternalFailure: { status: 500 },
  InvalidSignatureException: { status: 400, queryCode: 'SignatureDoesNotMatch', queryStatus: 403 },
  MissingAuthenticationTokenException: {
    status: 400,
    queryCode: 'MissingAuthenticationToken',
    queryStatus: 403,
  },
  SerializationException: { status: 400, queryCode: 'MalformedInput' },
  ServiceUnavailable: { status: 503 },
  ThrottlingException: { status: 400, queryCode: 'Throttling' },
  UnknownOperationException: { status: 400, queryCode: 'InvalidAction' },
  UnrecognizedClientException: { status: 400, queryCode: 'InvalidClientTokenId', queryStatus: 403 },
  ValidationException: { status: 400, queryCode: 'ValidationError' },
}
