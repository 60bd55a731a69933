import type { BuildImagesEnd, BuiltImage } from '../../../actions/build/build-images.ts'
import { exitOfBuild } from '../../../actions/build/exit-of-build.ts'
import { imageName } from '../../../build/image-name.ts'
import { printable } from '../../text/printable.ts'
import { imageEndText } from '../../wording/image-end-text.ts'
import { took } from '../../wording/took.ts'
import { markup } from './markup.ts'
import type { Runner } from './runner.ts'
import type { Annotation } from './workflow-command.ts'

/** Tells a step of GitHub Actions what became of the images. */
export async function tellBuild(built: BuildImagesEnd, runner: Runner): Promise<void> {
  const { prepared, images } = built
  runner.annotate(images.flatMap(image => annotationOf(image) ?? []))
  await runner.summarize(
    [
      `### ${markup(prepared.dockerTag)}`,
      '',
      '| image | outcome | time |',
      '| --- | --- | ---: |',
      ...images.map(
        image => `| ${markup(imageName(image))} | ${markup(imageEndText(image.end))} | ${timeOf(image)} |`,
      ),
      '',
      '',
    ].join('\n'),
  )
  await runner.setOutputs({ docker_tag: prepared.dockerTag, outcome: exitOfBuild(built) })
}

function timeOf({ startedAt, endedAt }: BuiltImage): string {
  return took(endedAt - startedAt)
}

function annotationOf(image: BuiltImage): Annotation | undefined {
  const { end } = image
  if (end.is !== 'failed') return undefined
  const { code, message, advice } = end.failure
  return {
    level: 'error',
    title: printable(`${imageName(image)}: ${imageEndText(end)}`),
    message: printable([`${code}: ${message}`, ...(advice ? [advice] : [])].join('\n'), { newlines: true }),
  }
}
