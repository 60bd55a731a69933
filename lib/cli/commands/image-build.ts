import { buildImages } from '../../actions/build/build-images.ts'
import { buildMeans } from '../build-means.ts'
import { buildRequestOf } from '../build-request-of.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'
import { buildReporter } from '../report/builds/build-reporter.ts'
import { exitOfBuild } from '../../actions/build/exit-of-build.ts'
import { startWaiting } from '../waiting.ts'
import { exitCodes } from '../../names/refusal.ts'

export const imageBuild: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const means = await buildMeans(context, io)
  const waiting = startWaiting(invocation, io)
  const reporter = buildReporter(io, invocation)
  try {
    const built = await buildImages(buildRequestOf(invocation, context), {
      means,
      signal: waiting.signal,
      report: event => reporter.report(event),
    })
    reporter.end()
    await printResult(
      { invocation, io },
      {
        document: async () => (await import('../report/builds/build-document.ts')).buildDocument(built),
        text: async view =>
          (await import('../report/builds/built.ts')).builtText(built, { view, app: context.cluster }),
      },
    )
    return exitCodes[exitOfBuild(built)]
  } finally {
    reporter.end()
    waiting.end()
  }
}
