/** Words as they are typed in the systems that tapit learns from, and the command that they mean. They hold for commands of the table only. */
export const foreignWords: readonly {
  readonly typed: readonly string[]
  readonly means: readonly string[]
}[] = [
  // Compartment, flyctl, ecspresso
  { typed: ['deploy'], means: ['create', 'deploy'] },
  { typed: ['deployment', 'create'], means: ['create', 'deploy'] },
  { typed: ['deployment', 'list'], means: ['list', 'deploys'] },
  { typed: ['deployment', 'show'], means: ['show', 'deploy'] },
  { typed: ['deployment', 'logs'], means: ['show', 'logs'] },
  { typed: ['deployment', 'cancel'], means: ['cancel', 'deploy'] },
  { typed: ['inspect'], means: ['status'] },
  // Heroku, flyctl
  { typed: ['logs'], means: ['show', 'logs'] },
  { typed: ['releases'], means: ['list', 'deploys'] },
  // Copilot
  { typed: ['svc', 'deploy'], means: ['create', 'deploy'] },
  { typed: ['svc', 'status'], means: ['status'] },
  { typed: ['svc', 'logs'], means: ['show', 'logs'] },
  // The other number of a noun
  { typed: ['list', 'deploy'], means: ['list', 'deploys'] },
  { typed: ['show', 'deploys'], means: ['show', 'deploy'] },
  { typed: ['show', 'log'], means: ['show', 'logs'] },
  { typed: ['show', 'status'], means: ['status'] },
]

/** Options of those systems, and the flag or key that they mean where a command takes none of that name itself. */
export const foreignOptions: ReadonlyMap<string, string> = new Map([
  ['project', 'app'],
  ['env', 'environment'],
  ['service', 'process'],
  ['tail', 'follow'],
])
