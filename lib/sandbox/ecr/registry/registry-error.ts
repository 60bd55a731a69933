import type { AwsError } from '../../wire/aws-error.ts'
import type { Reply } from '../../wire/protocol.ts'

/** An error as the registry's protocol says it; `code` is of its vocabulary. */
export class RegistryError extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    {
      message,
      headers = {},
    }: { readonly message: string; readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(message)
    this.name = 'RegistryError'
    this.status = status
    this.code = code
    this.headers = headers
  }
}

export function errorReply({ status, code, message, headers }: RegistryError): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: `${JSON.stringify({ errors: [{ code, message }] })}\n`,
  }
}

/** ECR's registry says with its API's words what its API refuses. */
export function registryErrorOf({ name, message }: AwsError): RegistryError {
  const [status, code] = codes[name] ?? [500, 'UNKNOWN']
  const isExpired = name === 'ExpiredTokenException'
  return new RegistryError(status, code, { message: isExpired ? expiredToken : message })
}

export const expiredToken = 'Your authorization token has expired. Reauthenticate and try again.'

const codes: Readonly<Record<string, readonly [status: number, code: string]>> = {
  RepositoryNotFoundException: [404, 'NAME_UNKNOWN'],
  ImageNotFoundException: [404, 'MANIFEST_UNKNOWN'],
  ImageTagAlreadyExistsException: [400, 'TAG_INVALID'],
  ImageDigestDoesNotMatchException: [400, 'DIGEST_INVALID'],
  InvalidParameterException: [400, 'MANIFEST_INVALID'],
  LayersNotFoundException: [404, 'MANIFEST_BLOB_UNKNOWN'],
  ReferencedImagesNotFoundException: [404, 'MANIFEST_BLOB_UNKNOWN'],
  AccessDeniedException: [403, 'DENIED'],
  ExpiredTokenException: [403, 'DENIED'],
  ThrottlingException: [429, 'TOOMANYREQUESTS'],
  ServiceUnavailable: [503, 'UNAVAILABLE'],
}
