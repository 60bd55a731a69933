/**
 * Somebody as policies name them: `111122223333:role/NAME` whatever the session, `111122223333:user/NAME` whatever the path. AWS tells
 * the role of an assumed one without its path: so nobody is told by a path.
 */
export function principalOf(arn: string): string {
  const [, , , , account = '', ...rest] = arn.split(':')
  const [kind = '', ...names] = rest.join(':').split('/')
  switch (kind) {
    case 'assumed-role':
      return `${account}:role/${names[0] ?? ''}`
    case 'role':
    case 'user':
    case 'federated-user':
      return `${account}:${kind}/${names.at(-1) ?? ''}`
    default:
      return `${account}:${kind}`
  }
}
