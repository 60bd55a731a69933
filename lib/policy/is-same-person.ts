/** Somebody as AWS STS tells of them. */
export type Person = {
  /** `aws:userid`: of a role's session `AROA…:session`, of a user `AIDA…`. */
  readonly userId: string
  readonly arn: string
}

/**
 * Whether two identities are one person's. Two people who share a role differ in their sessions; one person has the same session name under
 * several roles (IAM Identity Center gives everybody their own), and as a user the name of the sessions that they are to have.
 *
 * Whoever assumes a role by themselves chooses the session's name. Taking somebody else's only takes from what one may: who counts as the
 * same approves nothing of theirs, and may deny it. Taking another name than one's own is what a trust policy has to keep people from.
 */
export function isSamePerson(one: Person, other: Person): boolean {
  if (one.userId === other.userId) return true
  const [name, otherName] = [nameOf(one), nameOf(other)]
  return name !== undefined && name === otherName
}

/** Of a session its name, of a user theirs; IAM tells no two users apart by capitals. Nobody else has one: the account itself. */
function nameOf({ userId, arn }: Person): string | undefined {
  const at = userId.indexOf(':')
  const name = at < 0 ? /:user\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1] : userId.slice(at + 1)
  return name?.toLowerCase()
}
