import { sourceBuildOf } from '../../actions/build/source-build-of.ts'
import { deploy } from '../../actions/deploy.ts'
import { exitCodes } from '../../names/refusal.ts'
import { buildMeans } from '../build-means.ts'
import { buildRequestOf } from '../build-request-of.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { deployRequestOf } from '../deploy-request-of.ts'
import { leaseSecondsOf } from '../lease-seconds.ts'
import { reportDeployment } from '../report-deployment.ts'
import { startWaiting } from '../waiting.ts'
import { buildWarningText } from '../wording/build-warning-text.ts'

export const imageDeploy: Handler = async (invocation, io) => {
  const leaseSeconds = leaseSecondsOf(io.env)
  const context = await openContext(invocation, io)
  const means = await buildMeans(context, io)
  const build = await sourceBuildOf(buildRequestOf(invocation, context), { means, inWords: buildWarningText })
  const waiting = startWaiting(invocation, io)
  try {
    const events = deploy(deployRequestOf(invocation, context), {
      ports: context.ports,
      observer: context.observer,
      leaseSeconds,
      dryRun: false,
      wait: invocation.flags['wait'] === true,
      signal: waiting.signal,
      build,
    })
    const end = await reportDeployment(events, { invocation, io, context })
    return exitCodes[end.exit]
  } finally {
    await build.end()
    waiting.end()
  }
}
