import { type BuildImagesEnd, buildImages } from '../../actions/build/build-images.ts'
import type { Ports } from '../../actions/ports.ts'
import { buildMeans } from '../images/build-means.ts'
import { buildRequestOf } from '../images/build-request-of.ts'
import type { Handler } from '../command.ts'
import { inCi } from '../ci/in-ci.ts'
import { openContext } from '../context.ts'
import type { Io } from '../io.ts'
import { printResult } from '../print-result.ts'
import { buildReporter } from '../report/builds/build-reporter.ts'
import { exitOfBuild } from '../../actions/build/exit-of-build.ts'
import { startWaiting } from '../waiting.ts'
import { exitCodes } from '../../names/refusal.ts'

export const imageBuild: Handler = async (typed, io) => {
  const { invocation } = await inCi(typed, io)
  const context = await openContext(invocation, io)
  const means = await buildMeans(context, io)
  const waiting = startWaiting(invocation, io)
  const github = await githubRunner(io, context.ports)
  const reporter = buildReporter(io, invocation)
  try {
    const built = await buildImages(buildRequestOf(invocation, context), {
      means,
      signal: waiting.signal,
      report: event => reporter.report(event),
    })
    reporter.end()
    await github?.tell(built)
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
    github?.close()
    waiting.end()
  }
}

async function githubRunner(
  io: Io,
  { newToken }: Pick<Ports, 'newToken'>,
): Promise<{ tell(built: BuildImagesEnd): Promise<void>; close(): void } | undefined> {
  if (io.env['GITHUB_ACTIONS'] !== 'true') return undefined
  const [{ openRunner }, { tellBuild }] = await Promise.all([
    import('../report/github/runner.ts'),
    import('../report/github/tell-build.ts'),
  ])
  const runner = openRunner(io, newToken())
  return { tell: built => tellBuild(built, runner), close: () => runner.close() }
}
