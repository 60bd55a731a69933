// What action.yml runs: makes the command line out of the action's inputs, logs in to AWS as the job, and becomes tapit. One process: the
// runner tells only the process that it has started itself that the job was cancelled.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { env } = process
const prefix = 'TAPIT_INPUT_'
/** Inputs of the action itself: all others are keys and flags of the command. */
const own = new Set(['command', 'region', 'role', 'version', 'working_directory'])
const usage = 2
const refused = 3

/** What a person can mend; it ends the step with this exit code. */
class Stop extends Error {
  constructor(message, exitCode) {
    super(message)
    this.exitCode = exitCode
  }
}

try {
  const argv = argvOf()
  const tapit = programOf()
  const folder = input('working_directory')
  if (folder !== undefined) process.chdir(folder)
  const region = input('region')
  if (region !== undefined) env.AWS_REGION = region
  const role = input('role')
  if (role !== undefined) await become(role)
  process.argv = [process.execPath, tapit, ...argv]
  await import(pathToFileURL(tapit).href)
} catch (error) {
  process.stderr.write(
    `::error title=tapit::${escaped(error instanceof Error ? error.message : String(error))}\n`,
  )
  process.exitCode = error?.exitCode ?? refused
}

/** An input that is empty is one that was not given: GitHub knows no difference. */
function input(name) {
  const value = env[`${prefix}${name}`]
  return value === undefined || value === '' ? undefined : value
}

function argvOf() {
  const command = input('command') ?? 'create deploy'
  if (!/^[a-z]+( [a-z]+)?$/.test(command))
    throw new Stop(`command "${command}" is no command; the keys of a command are inputs of their own`, usage)
  const names = Object.keys(env)
    .filter(name => name.startsWith(prefix))
    .map(name => name.slice(prefix.length))
    .filter(name => !own.has(name) && input(name) !== undefined)
  const waits = (env.TAPIT_WAITING ?? '').split(',').includes(command) && input('wait') === undefined
  return [
    ...command.split(' '),
    ...names.toSorted().map(name => `--${name}=${input(name)}`),
    ...(waits ? ['--wait'] : []),
  ]
}

/** The tapit that this action is a part of, or of the same version. */
function programOf() {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const built = join(root, 'dist', 'bin', 'tapit.cjs')
  const wanted = input('version')
  if (wanted === undefined && existsSync(built)) return built
  const version = wanted ?? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
  if (!/^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(version)) throw new Stop(`version "${version}" is none`, usage)
  const folder = mkdtempSync(join(env.RUNNER_TEMP ?? tmpdir(), 'tapit-'))
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']
  execFileSync('npm', ['install', '--prefix', folder, ...quietly, `tapit@${version}`], { stdio: 'inherit' })
  return join(folder, 'node_modules', 'tapit', 'dist', 'bin', 'tapit.cjs')
}

/** OIDC: GitHub signs who the job is, and the AWS SDK trades that for the role. Nothing secret is stored anywhere. */
async function become(role) {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env
  if (!url || !token)
    throw new Stop('role: the job needs "permissions: { id-token: write, contents: read }"', usage)
  const response = await fetch(`${url}&audience=sts.amazonaws.com`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const { value } = response.ok ? await response.json() : {}
  if (typeof value !== 'string')
    throw new Stop(`role: GitHub gave no token for this job (${response.status})`, refused)
  const folder = mkdtempSync(join(env.RUNNER_TEMP ?? tmpdir(), 'tapit-'))
  const [tokenFile, noProfiles] = [join(folder, 'token'), join(folder, 'no-profiles')]
  writeFileSync(tokenFile, value, { mode: 0o600 })
  writeFileSync(noProfiles, '')
  // These would be taken in the place of the role; so would a default profile, if only the machine of a runner of one's own has one.
  // https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'])
    delete env[name]
  env.AWS_SHARED_CREDENTIALS_FILE = noProfiles
  env.AWS_CONFIG_FILE = noProfiles
  env.AWS_WEB_IDENTITY_TOKEN_FILE = tokenFile
  env.AWS_ROLE_ARN = role
  env.AWS_ROLE_SESSION_NAME ??= `tapit-${env.GITHUB_RUN_ID ?? 'job'}-${env.GITHUB_RUN_ATTEMPT ?? '1'}`
}

function escaped(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
