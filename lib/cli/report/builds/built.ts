import type { BuildImagesEnd } from '../../../actions/build/build-images.ts'
import { imageName } from '../../../build/image-name.ts'
import { commands } from '../../wording/commands.ts'
import { truncate } from '../../text/truncate.ts'
import { imageEndText } from '../../wording/image-end-text.ts'
import { finished } from '../finished.ts'
import { printableData } from '../printable-data.ts'
import { prose } from '../prose.ts'
import type { View } from '../view.ts'

type Options = { readonly view: View; readonly app: string }

/** What became of the images, and the command that deploys them. */
export function builtText(built: BuildImagesEnd, { view, app }: Options): string[] {
  const { prepared, images } = printableData(built)
  const { dockerTag } = prepared
  const there = images.filter(({ end }) => end.is === 'built' || end.is === 'exists')
  const lines = images.map(image => {
    const { end } = image
    const digest = end.is === 'built' || end.is === 'exists' ? end.digest : ''
    return digest === ''
      ? truncate(`${imageName(image)}: ${imageEndText(end)}`, view.columns)
      : `${image.repository}:${dockerTag}@${digest}`
  })
  const processes = there.flatMap(image => image.processes)
  const next =
    processes.length === 0
      ? []
      : prose(`Deploy: ${commands.createDeploy({ app, processes, dockerTag })} --wait`, { view, indent: 2 })
  return finished([...lines, ...next], view)
}
