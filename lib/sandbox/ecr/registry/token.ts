import { isRecord } from '../../is-record.ts'

/** What GetAuthorizationToken answers: the credentials of HTTP's Basic scheme, `AWS:PASSWORD` in base64. The password tells when it expires. */
export function registryToken({ expiresAt }: { readonly expiresAt: number }): string {
  const password = Buffer.from(JSON.stringify({ service: 'tapit-sandbox', expiresAt })).toString('base64')
  return Buffer.from(`AWS:${password}`).toString('base64')
}

/** Until when an `Authorization` header is good; undefined for one that did not come from `registryToken`. */
export function expiryOf(authorization: string): number | undefined {
  const [, token = ''] = /^Basic\s+(\S+)$/i.exec(authorization) ?? []
  const [, password = ''] = /^AWS:(.*)$/s.exec(Buffer.from(token, 'base64').toString()) ?? []
  try {
    const said: unknown = JSON.parse(Buffer.from(password, 'base64').toString())
    if (!isRecord(said) || said['service'] !== 'tapit-sandbox') return undefined
    return typeof said['expiresAt'] === 'number' ? said['expiresAt'] : undefined
  } catch {
    return undefined
  }
}
