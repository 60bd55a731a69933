/** Who can call in the sandbox. Their access key says it: AWS's hold letters, digits and `_`. */
type SandboxCaller = { readonly role: string; readonly session: string }

const everybody: SandboxCaller = { role: 'sandbox', session: 'tapit' }
const prefix = 'AKIASANDBOX'

/** `AKIASANDBOXBOB` is bob in a role of his own, `AKIASANDBOXSENIOR_BOB` bob in the role senior; any other key is everybody's. */
export function callerOfKey(accessKeyId: string): SandboxCaller {
  if (!accessKeyId.startsWith(prefix)) return everybody
  const [role = '', session = role] = accessKeyId.slice(prefix.length).toLowerCase().split('_')
  return role === '' || session === '' ? everybody : { role, session }
}

/** The access key of `bob` or `senior/bob`; absent where that is nobody's name. */
export function keyOfCaller(name: string): string | undefined {
  if (!/^[a-z0-9]{1,16}(?:\/[a-z0-9]{1,32})?$/.test(name)) return undefined
  return `${prefix}${name.replace('/', '_').toUpperCase()}`
}
