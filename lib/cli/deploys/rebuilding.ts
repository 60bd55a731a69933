import { rebuilds } from '../../actions/build/rebuilds.ts'
import type { BuildMeans } from '../../actions/build/build-request.ts'
import type { Rebuilding, RollbackRequest } from '../../actions/rollback/plan-rollback.ts'
import type { Context } from '../context.ts'
import type { Io } from '../io.ts'

/** Builds images of past deployments again, with what this machine has. Nothing is loaded before one is gone. */
export function rebuilding(
  { app, environment, cluster, initiator }: RollbackRequest,
  { context, io }: { readonly context: Context; readonly io: Io },
): Rebuilding {
  let opened: Promise<BuildMeans> | undefined
  const means = (): Promise<BuildMeans> => (opened ??= openMeans())

  async function openMeans(): Promise<BuildMeans> {
    const { buildMeans } = await import('../images/build-means.ts')
    return buildMeans(context, io)
  }

  return {
    rebuild: async id => {
      const [{ rebuildOf }, { unreachableText }] = await Promise.all([
        import('../../actions/build/rebuild.ts'),
        import('../wording/rebuild-text.ts'),
      ])
      const { config } = await means()
      return rebuildOf(
        { app: cluster, id },
        {
          ports: context.ports,
          inWords: (dockerTag, obstacle) => unreachableText(cluster, { dockerTag, obstacle }),
          ...(config !== undefined && { config }),
        },
      )
    },
    buildFor: ({ back }) =>
      rebuilds(back, async ({ tag, from }, processes) => {
        const [{ sourceBuildOf }, { buildWarningText }] = await Promise.all([
          import('../../actions/build/source-build-of.ts'),
          import('../wording/build-warning-text.ts'),
        ])
        const request = {
          app,
          processes,
          from,
          gitHash: from.ref,
          ...(environment !== undefined && { environment }),
          ...(tag !== undefined && { dockerTag: tag }),
          ...(initiator !== undefined && { initiator }),
        }
        return sourceBuildOf(request, { means: await means(), inWords: buildWarningText })
      }),
  }
}
