/** A text without what would let somebody in: passwords in URLs, and headers and tokens of registries. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b((?!ssh:)[a-z][a-z0-9+.-]*:\/\/)[^\s/@"'`]+@(?!sha256:)/gi, '$1')
    .replace(/\b(Authorization["']?\s*[:=]\s*["']?)(?:(Basic|Bearer|Token)\s+)?[^\s"',]+/gi, '$1$2 ***')
    .replace(/\b(Basic|Bearer)\s+[A-Za-z0-9+/_=.~-]{16,}/g, '$1 ***')
    .replace(
      /([?&](?:access_token|token|password|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=)[^&\s"']+/gi,
      '$1***',
    )
}
