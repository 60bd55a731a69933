import { type NamedPoint, diffVersions } from '../../actions/diff/diff-versions.ts'
import { defaultEnvironment } from '../../names/aws.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler, Invocation } from '../command.ts'
import { type Context, openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { openEnvironments } from '../places/open-environments.ts'
import { printResult } from '../print-result.ts'

export const diff: Handler = async (invocation, io) => {
  const { from, to, process } = invocation.keys
  const contexts = await contextsOf({ from, to }, { invocation, io })
  const found = await diffVersions({
    from: pointOf(from, { context: contexts.from, nothingSaid: 'running' }),
    // With nothing said: what the next deploy would change.
    to: pointOf(to, { context: contexts.to, nothingSaid: from === undefined ? 'waiting' : 'running' }),
    ...(process !== undefined && { processes: listed(process) }),
  })
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json/diff-document.ts')).diffDocument(found),
      text: async view => (await import('../report/diff.ts')).versionsDiff(found, view),
    },
  )
  return exitCodes.done
}

type Said = { readonly from: string | undefined; readonly to: string | undefined }

/** Deployments are those of the environment that the command is about; so is what runs where nothing else is said. */
async function contextsOf(
  { from, to }: Said,
  world: { readonly invocation: Invocation; readonly io: Io },
): Promise<{ readonly from: Context; readonly to: Context }> {
  const { invocation, io } = world
  const own = invocation.global.environment ?? defaultEnvironment
  const [first, second] = [from, to].map(said => (said === undefined || isDeployment(said) ? own : said))
  if (first === undefined || second === undefined || (first === own && second === own)) {
    const context = await openContext(invocation, io)
    return { from: context, to: context }
  }
  return openEnvironments({ from: first, to: second }, world)
}

type PointOptions = { readonly context: Context; readonly nothingSaid: 'running' | 'waiting' }

function pointOf(said: string | undefined, { context, nothingSaid }: PointOptions): NamedPoint {
  const { app, environment, cluster, ports } = context
  const place = { app, cluster, ports, ...(environment !== undefined && { environment }) }
  if (said === undefined) return { ...place, is: nothingSaid, name: nothingSaid }
  return isDeployment(said)
    ? { ...place, is: 'deployment', id: said, name: said }
    : { ...place, is: 'running', name: said }
}

function isDeployment(said: string): boolean {
  if (!said.startsWith('grp_')) return said.startsWith('dep_')
  throw new Refusal({
    code: 'bad_id',
    exit: 'usage',
    message: `${said} is a group: versions are compared process by process.`,
    advice: 'Name one of its deployments (dep_…), or an environment.',
  })
}
