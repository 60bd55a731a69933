import { defaultEnvironment } from '../../names/aws.ts'
import type { FolderBranches } from '../../config/branches-of-folder.ts'
import { Refusal } from '../../names/refusal.ts'
import { quoted } from '../text/quoted.ts'
import type { CiJob, CiRef } from './ci-job.ts'

/** The one environment that tapit.yml maps the job's branch to. */
export function environmentOfRef(
  { ref, system }: Pick<CiJob, 'ref' | 'system'>,
  { branches, file }: FolderBranches,
): { readonly environment: string; readonly variable: string } {
  const found = ref.is === 'branch' ? [...branches].filter(([, branch]) => branch === ref.name.value) : []
  const [one] = found
  if (ref.is === 'branch' && one !== undefined && found.length === 1) {
    return { environment: one[0], variable: ref.name.variable }
  }
  const mapping = [...branches].map(([environment, branch]) => `${branch} → ${environment}`).join(', ')
  throw new Refusal({
    code: found.length > 1 ? 'ambiguous_environment' : 'no_environment_for_ref',
    exit: 'usage',
    message: `${reasonOf(ref, system)}, and ${file} maps ${found.length > 1 ? 'it to several' : 'branches to environments'}: ${mapping}.`,
    advice: adviceOf(ref, { file, example: found[0]?.[0] ?? [...branches.keys()][0] ?? defaultEnvironment }),
  })
}

function adviceOf(
  ref: CiRef,
  { file, example }: { readonly file: string; readonly example: string },
): string {
  const said = `Say the environment with -e (such as -e ${example})`
  return ref.is === 'branch'
    ? `${said}, or give the branch an environment of its own in ${file}.`
    : `${said}.`
}

function reasonOf(ref: CiRef, system: string): string {
  switch (ref.is) {
    case 'branch':
      return `this job runs on the branch ${quoted(ref.name.value)} (${ref.name.variable})`
    case 'tag':
      return `this job runs on the tag ${quoted(ref.name.value)} (${ref.name.variable}), which is no branch`
    case 'pull_request':
      return `this job runs for a pull request (${ref.variable}), which deploys nowhere by itself`
    case 'unknown':
      return `${system} does not say which branch this job is about`
  }
}
