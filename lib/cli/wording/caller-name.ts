/** Who it was, by the end of an ARN: `user/ada`, `deploy/ada` for the session `ada` of the role `deploy`; what is no ARN stays as it is. */
export function callerName(by: string): string {
  const [, name = by] = /^arn:[^:]*:(?:iam|sts):[^:]*:[^:]*:(?:assumed-role\/)?(.+)$/.exec(by) ?? []
  return name
}
