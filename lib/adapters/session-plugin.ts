import { execFile, spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { SessionPlugin } from '../actions/tasks/open-session.ts'

export type SessionPluginOptions = { readonly env: Readonly<Record<string, string | undefined>> }

const program = 'session-manager-plugin'

/** AWS's session-manager-plugin, found on the PATH. It has the terminal while it runs, and Ctrl-C is for the other end. */
export function sessionPlugin({ env }: SessionPluginOptions): SessionPlugin {
  return {
    isInstalled: async () => (await placeOf(env)) !== undefined,

    async join({ session: { id, streamUrl, token }, region, target }) {
      const path = (await placeOf(env)) ?? program
      const said = JSON.stringify({ sessionId: id, streamUrl, tokenValue: token })
      // Arguments are for everybody on the machine to see: newer plugins take it from the environment.
      const isHidden = await readsEnvironment(path, env)
      const child = spawn(
        path,
        [
          isHidden ? variable : said,
          region,
          'StartSession',
          env['AWS_PROFILE'] ?? '',
          JSON.stringify({ Target: target }),
          endpointOf(streamUrl),
        ],
        { stdio: 'inherit', env: isHidden ? { ...env, [variable]: said } : env },
      )
      return new Promise<number>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : signalled)))
      })
    },
  }
}

/** The name is the plugin's, as is the version after which it looks there. */
const variable = 'AWS_SSM_START_SESSION_RESPONSE'
const lastWithout = [1, 2, 497, 0]

async function readsEnvironment(path: string, env: SessionPluginOptions['env']): Promise<boolean> {
  const text = await new Promise<string>(resolve => {
    execFile(path, ['--version'], { env, timeout: patience }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    )
  })
  const version = text.trim().split('.').map(Number)
  const [differing] = lastWithout.flatMap((part, index) => {
    const own = version[index] ?? 0
    return own === part ? [] : [own > part]
  })
  return version.every(part => Number.isInteger(part)) && differing === true
}

/** In milliseconds. */
const patience = 5_000

/** A program that a signal ended. */
const signalled = 130

/** Where a session that broke off is taken up again: Session Manager's own endpoint, in the partition of the session. */
function endpointOf(streamUrl: string): string {
  return `https://${new URL(streamUrl).host.replace(/^ssmmessages\./, 'ssm.')}`
}

async function placeOf({ PATH = '' }: SessionPluginOptions['env']): Promise<string | undefined> {
  for (const folder of PATH.split(delimiter).filter(each => each !== '')) {
    for (const name of [program, `${program}.exe`]) {
      const path = join(folder, name)
      if (await isExecutable(path)) return path
    }
  }
  return undefined
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
