import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { outputsIn } from '../../cli/ci/outputs-in.ts'
import { bin, type Ended, type Running, startProcess, type Variables } from './cli.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const built = dirname(dirname(bin))

/** A job of GitHub Actions: its workspace, and this action as GitHub has fetched it, with tapit built beside it. */
export type Job = {
  readonly workspace: string
  /** Starts the action; `running` is the process that GitHub would send its signals to. */
  use(inputs: Readonly<Record<string, string>>): Promise<Using>
  remove(): Promise<void>
}

export type Using = {
  readonly running: Running
  readonly ended: Promise<
    Ended & { readonly outputs: Readonly<Record<string, string>>; readonly summary: string }
  >
}

/** As far as GitHub documents it: what expressions come to, the shell of a step, its files. */
export async function openJob(
  env: Variables,
  { isBuilt = true }: { readonly isBuilt?: boolean } = {},
): Promise<Job> {
  const folder = await mkdtemp(join(tmpdir(), 'tapit-action-'))
  const workspace = join(folder, 'workspace')
  const action = join(folder, 'action')
  await mkdir(workspace)
  await cp(join(root, 'action'), join(action, 'action'), { recursive: true })
  await cp(join(root, 'package.json'), join(action, 'package.json'))
  if (isBuilt) await symlink(built, join(action, 'dist'))
  const { runs, outputs } = parse(await readFile(join(root, 'action.yml'), 'utf8'))
  const [step] = runs.steps
  let uses = 0
  return {
    workspace,
    use: async inputs => {
      const files = join(folder, `step-${(uses += 1)}`)
      await mkdir(files)
      const script = join(files, 'script.sh')
      await writeFile(script, step.run)
      await writeFile(join(files, 'output'), '')
      await writeFile(join(files, 'summary'), '')
      const valueOf = (expression: string): string =>
        expression.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? '')
      const stepEnv = Object.fromEntries(
        Object.entries<string>(step.env).map(([name, value]) => [name, valueOf(value)]),
      )
      const running = startProcess('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
        cwd: workspace,
        env: {
          ...env,
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_ACTION_PATH: action,
          GITHUB_OUTPUT: join(files, 'output'),
          GITHUB_STEP_SUMMARY: join(files, 'summary'),
          GITHUB_WORKSPACE: workspace,
          RUNNER_TEMP: files,
          ...(!isBuilt && { PATH: `${await registryIn(files)}:${process.env['PATH']}` }),
          ...stepEnv,
        },
      })
      const ended = running.ended.then(async end => {
        const set = outputsIn(await readFile(join(files, 'output'), 'utf8'))
        return {
          ...end,
          summary: await readFile(join(files, 'summary'), 'utf8'),
          outputs: Object.fromEntries(
            Object.entries<{ value: string }>(outputs).map(([name, { value }]) => [
              name,
              value.replaceAll(
                /\$\{\{ steps\.tapit\.outputs\.(\w+) \}\}/g,
                (_, of: string) => set.get(of) ?? '',
              ),
            ]),
          ),
        }
      })
      return { running, ended }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** An npm that installs what was built here, and notes what it was asked for. */
async function registryIn(folder: string): Promise<string> {
  const script = [
    '#!/bin/sh',
    `echo "npm $*" >&2`,
    'mkdir -p "$3/node_modules/tapit"',
    `ln -s '${built}' "$3/node_modules/tapit/dist"`,
    '',
  ].join('\n')
  const programs = join(folder, 'programs')
  await mkdir(programs)
  await writeFile(join(programs, 'npm'), script, { mode: 0o755 })
  return programs
}
