import type { FolderFacts } from './folder-facts.ts'
import { mendedAppName } from './mended-name.ts'

/** What would be written, and what it was found in. */
export type Proposal = { readonly value: string; readonly found: string }

export type Proposals = { readonly app: Proposal; readonly region?: Proposal; readonly github?: Proposal }

export type ProposeOptions = {
  readonly facts: FolderFacts
  readonly env: Readonly<Record<string, string | undefined>>
  /** The name of a Compartment project. */
  readonly project?: string
}

/** What can be known of the app without asking. */
export function propose({ facts, env, project }: ProposeOptions): Proposals {
  const region = regionIn(env)
  return {
    app: appIn(facts, project),
    ...(region !== undefined && { region }),
    ...(facts.github !== undefined && {
      github: { value: facts.github, found: 'the remote in .git/config' },
    }),
  }
}

function appIn({ name, packageJson }: FolderFacts, project: string | undefined): Proposal {
  const sources = [
    { name: project, found: 'compartment.yml, name' },
    { name: packageJson?.name, found: 'package.json, name' },
    { name, found: 'the name of the folder' },
  ]
  const proposals = sources.flatMap(({ name, found }): readonly Proposal[] => {
    const value = mendedAppName(name ?? '')
    return value === undefined
      ? []
      : [{ value, found: value === name ? found : `${found} ${JSON.stringify(name)}` }]
  })
  return proposals[0] ?? { value: 'app', found: 'nothing' }
}

function regionIn(env: ProposeOptions['env']): Proposal | undefined {
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find(name => isRegion(env[name]))
  return variable === undefined ? undefined : { value: env[variable] ?? '', found: variable }
}

function isRegion(value: string | undefined): boolean {
  return /^[a-z]{2,3}(?:-[a-z]+)+-\d$/.test(value ?? '')
}
