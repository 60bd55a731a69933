/**
 * Whether two `aws:userid`s are one person's. Of a role it is `AROA…:session`: two people who share a role differ in their sessions, and one
 * person has the same session name under several roles (IAM Identity Center gives everybody their own).
 */
export function isSamePerson(one: string, other: string): boolean {
  if (one === other) return true
  const [session, otherSession] = [sessionIn(one), sessionIn(other)]
  return session !== undefined && session === otherSession
}

function sessionIn(userId: string): string | undefined {
  const at = userId.indexOf(':')
  return at < 0 ? undefined : userId.slice(at + 1)
}
