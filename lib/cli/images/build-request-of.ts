import type { BuildRequest } from '../../actions/build/build-request.ts'
import { Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'

/** What was asked to be built, out of the keys that all build commands share. */
export function buildRequestOf(
  { keys }: Pick<Invocation, 'keys'>,
  { app, environment }: { readonly app: string; readonly environment?: string },
): BuildRequest {
  const {
    process,
    docker_tag: dockerTag,
    tag,
    git_hash: gitHash,
    initiator,
    dockerfile,
    cache,
    source,
    ref,
  } = keys
  if (ref !== undefined && source === undefined) {
    throw new Refusal({
      code: 'ref_without_source',
      exit: 'usage',
      message: `ref=${ref} needs source=: it is a branch, tag or commit of that repository.`,
      advice: 'tapit image build source=https://github.com/example-org/shop ref=main',
    })
  }
  return {
    app,
    ...(environment !== undefined && { environment }),
    ...(process !== undefined && { processes: listed(process) }),
    ...(dockerTag !== undefined && { dockerTag }),
    ...(tag !== undefined && { tag }),
    ...(gitHash !== undefined && { gitHash }),
    ...(initiator !== undefined && { initiator }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...((cache === 'ecr' || cache === 'gha') && { cache }),
    ...(source !== undefined && { from: { url: source, ...(ref !== undefined && { ref }) } }),
  }
}
