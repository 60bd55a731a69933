import { type ImageReport, showImage as readImage } from '../../actions/images/show-image.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'
import { required } from '../required.ts'
import { printable } from '../text/printable.ts'
import { missingImageText, nearestTagsText } from '../wording/missing-image-text.ts'

export const showImage: Handler = async (invocation, io) => {
  const dockerTag = required(invocation, 'docker_tag', {
    question: 'which image?',
    advice: 'tapit show image docker_tag=v1.4.0; which ones there are says tapit list images',
  })
  const { process } = invocation.keys
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
