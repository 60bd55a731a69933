export type RawRequest = {
  readonly url: string
  /** As in `AmazonSSM.GetParameter`. */
  readonly target?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly accessKeyId?: string
  readonly region?: string
}

/** A request as no SDK would send it. */
export async function rawRequest(
  request: RawRequest,
): Promise<{ status: number; text: string; headers: Headers }> {
  const { url, target, body = '{}', headers = {}, accessKeyId = 'test', region = 'us-east-1' } = request
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type':
        target === undefined ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.1',
      ...(target === undefined ? {} : { 'x-amz-target': target }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261120/${region}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
      ...headers,
    },
  })
  return { status: response.status, text: await response.text(), headers: response.headers }
}
