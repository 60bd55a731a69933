import type { CopyNews } from '../../actions/images/copy-image.ts'
import type { Io } from '../io.ts'
import { printable } from '../text/printable.ts'
import { copyText } from '../wording/copy-text.ts'
import { timeOfDay } from '../wording/time-of-day.ts'

/** Copying takes minutes: what is under way is said as it begins. How it ended, the result says. */
export function tellCopies(io: Pick<Io, 'stderr' | 'clock'>): (news: CopyNews) => void {
  return ({ at, copy }) => {
    if (copy.end !== undefined) return
    io.stderr.write(`${timeOfDay(at, io.clock.now())} ${printable(copyText(copy))}\n`)
  }
}
