import { type Check, checked, ok } from '../../actions/doctor/check.ts'
import { checkUp } from '../../actions/doctor/check-up.ts'
import { machineClock } from '../../names/corrected-clock.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { openAsFarAsPossible, openBuildTools, openSessionPlugin } from '../context.ts'
import { folderConfig } from '../places/folder-config.ts'
import type { Io } from '../io.ts'
import { printResult } from '../print-result.ts'

/** Looks at the folder, at this machine and at AWS. Each looks by itself: none hides what another one found. */
export const checkUpApp: Handler = async (invocation, io) => {
  const means = await openAsFarAsPossible(invocation, io)
  const [config, inAws, docker] = await Promise.all([
    checkConfig(io),
    checkUp({ ...means, machineClock: machineClock(io.clock) }),
    checkDocker(io, means),
  ])
  const checks = [...config, ...inAws, ...(await checkPlugin(inAws, means)), ...docker]
  const app = means.app instanceof Refusal ? undefined : means.app.cluster
  await printResult(
    { invocation, io },
    {
      document: async () =>
        (await import('../report/json/check-up-document.ts')).checkUpDocument({ app, checks }),
      text: async view => (await import('../report/check-up.ts')).showCheckUp({ app, checks }, view),
    },
  )
  return checks.some(({ status }) => status === 'error') ? exitCodes.refused : exitCodes.done
}

/** All of it: a mistake far from what a command needs is found here first. */
function checkConfig(io: Io): Promise<readonly Check[]> {
  return checked('config', async () => {
    const config = folderConfig({ global: noApp }, { ...io, env: {} })
    return config === undefined
      ? [{ status: 'skipped', message: 'No tapit.yml here or above; -a or TAPIT_APP says which app.' }]
      : [ok('tapit.yml has no mistakes.')]
  })
}

/** Whichever app is meant, the file is looked at. */
const noApp = { output: 'text', yes: false, verbose: false, debug: false, sandbox: false } as const

/** Only builds need it, so that nothing is broken without it. */
async function checkDocker(io: Io, means: { readonly awsEnv: Io['env'] }): Promise<readonly Check[]> {
  const checks = await checked('docker', async () => {
    const { docker } = await openBuildTools(io, means)
    return [ok(`Docker builds here, for ${(await docker.platforms()).join(', ')}.`)]
  })
  return checks.map(check =>
    check.status === 'error'
      ? { ...check, status: 'warning', message: `${check.message} Only builds need it.` }
      : check,
  )
}

/** What `tapit exec` talks through. Where no process lets anybody in, nobody needs it. */
async function checkPlugin(
  checks: readonly Check[],
  means: { readonly awsEnv: Io['env'] },
): Promise<readonly Check[]> {
  const isOpen = checks.some(({ name, status }) => name === 'exec' && status === 'ok')
  if (!isOpen || (await (await openSessionPlugin(means)).isInstalled())) return []
  return [
    {
      name: 'exec',
      status: 'warning',
      message: "AWS's session-manager-plugin is not on the PATH, and tapit exec talks through it.",
      advice:
        'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html',
    },
  ]
}
