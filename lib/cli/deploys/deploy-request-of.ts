import type { DeployRequest } from '../../actions/plan/request.ts'
import { listed } from '../argv/listed.ts'
import type { Invocation } from '../command.ts'
import { strategyWishOf } from './strategy-wish-of.ts'

/** What was asked to be deployed, out of the keys that all deploying commands share. */
export function deployRequestOf(
  { keys, flags }: Pick<Invocation, 'keys' | 'flags'>,
  { app, environment }: { readonly app: string; readonly environment?: string },
): DeployRequest {
  const {
    docker_tag: dockerTag,
    process,
    initiator,
    tag,
    git_hash: gitHash,
    git_ref: gitRef,
    reason,
    override,
  } = keys
  const strategy = strategyWishOf(keys)
  return {
    app,
    trigger: 'manual',
    ...(environment !== undefined && { environment }),
    ...(dockerTag !== undefined && { dockerTag }),
    ...(process !== undefined && { processes: listed(process) }),
    ...(strategy !== undefined && { strategy }),
    ...(initiator !== undefined && { initiator }),
    ...(tag !== undefined && { tag }),
    ...(gitHash !== undefined && { gitHash }),
    ...(gitRef !== undefined && { gitRef }),
    ...(override !== undefined && { override }),
    ...(reason !== undefined && { reason }),
    ...(flags['supersede'] === true && { supersede: { reason: reason ?? '' } }),
  }
}
