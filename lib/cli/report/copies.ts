import type { ImageCopy } from '../../actions/images/copy-image.ts'
import { copyText } from '../wording/copy-text.ts'
import { listed } from '../wording/listed.ts'
import { finished } from './finished.ts'
import { printableData } from './printable-data.ts'
import { prose } from './prose.ts'
import type { View } from './view.ts'

/** What became of each copy, a sentence each. */
export function copies(all: readonly ImageCopy[], view: View): string[] {
  return finished(
    printableData(all).flatMap(copy => {
      const whose = copy.processes.length === 0 ? '' : `${view.paint('strong', listed(copy.processes))}: `
      const text = copyText(copy)
      return prose(`${whose}${text}${text.endsWith('.') ? '' : '.'}`, { view })
    }),
    view,
  )
}
