import { type ImageReport, showImage as readImage } from '../../actions/images/show-image.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'
import { printable } from '../text/printable.ts'
import { missingImageText, nearestTagsText } from '../wording/missing-image-text.ts'

export const showImage: Handler = async (invocation, io) => {
  const { docker_tag: dockerTag, process } = invocation.keys
  if (dockerTag === undefined) throw noTag()
  const { app, environment, ports } = await openContext(invocation, io)
  const report = await readImage(
    {
      app,
      dockerTag,
      ...(environment !== undefined && { environment }),
      ...(process !== undefined && { processes: listed(process) }),
    },
    ports,
  )
  if (report.images.length === 0) throw nowhere(report)
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json/image-document.ts')).imageDocument(report),
      text: async view => (await import('../report/show-image.ts')).showImage(report, view),
    },
  )
  // CI asks whether everything is built: one of several images is not enough.
  const lacks = lackTexts(report, { isAsked: process !== undefined })
  for (const text of lacks) io.stderr.write(`tapit: ${printable(text)}\n`)
  return lacks.length === 0 ? exitCodes.done : exitCodes.refused
}

function noTag(): Refusal {
  return new Refusal({
    code: 'missing_key',
    exit: 'usage',
    message: 'which image? show image needs docker_tag=.',
    advice: 'tapit show image docker_tag=v1.4.0; which ones there are says tapit list images',
  })
}

function nowhere({ app, dockerTag, missing, unclear }: ImageReport): Refusal {
  const list = `tapit -a ${app} list images`
  if (missing.length === 0) {
    const [first] = unclear
    return new Refusal({
      code: 'repository_unclear',
      message: `it cannot be told which repository the images of ${app} lie in: ${first?.message ?? 'it has no processes.'}`,
      advice: first?.advice ?? list,
    })
  }
  return new Refusal({
    code: 'image_not_found',
    message: missingImageText(dockerTag, missing),
    advice: `${nearestTagsText(missing)} ${list}`.trimStart(),
  })
}

function lackTexts(
  { dockerTag, missing, unclear }: ImageReport,
  { isAsked }: { readonly isAsked: boolean },
): readonly string[] {
  return [
    ...(missing.length === 0
      ? []
      : [`${missingImageText(dockerTag, missing)} ${nearestTagsText(missing)}`.trimEnd()]),
    ...(isAsked ? unclear.map(({ process, message }) => `${process}: ${message}`) : []),
  ]
}
