import type { Clock } from '../../names/clock.ts'
import type { Ports } from '../ports.ts'
import { type Check, failed, ok } from './check.ts'

/** AWS refuses what was signed more than five minutes away from its own time. */
const refusedFrom = 5 * 60_000
const noticedFrom = 60_000
/** The time of an answer is told to the second. */
const second = 1_000

/** Who AWS says that we are, and what time it says that it is. */
export async function checkCaller(
  identity: Ports['identity'],
  clock: Pick<Clock, 'now'>,
): Promise<readonly Check[]> {
  const asked = clock.now()
  try {
    const { arn, at } = await identity.whoIs()
    const [, , , , account = 'unknown'] = arn.split(':')
    return [
      { name: 'credentials', ...ok(`You are ${arn}, in account ${account}.`) },
      { name: 'clock', ...clockBetween({ asked, answered: clock.now(), at }) },
    ]
  } catch (error) {
    return [{ name: 'credentials', ...failed(error) }]
  }
}

type Times = { readonly asked: number; readonly answered: number; readonly at: number }

function clockBetween({ asked, answered, at }: Times): Omit<Check, 'name'> {
  const ahead = Math.max(0, asked - (at + second))
  const behind = Math.max(0, at - answered)
  const off = Math.max(ahead, behind)
  if (off < noticedFrom) return ok('This machine and AWS agree on the time.')
  const minutes = Math.round(off / 60_000)
  const span =
    minutes >= 120 ? `${Math.round(minutes / 60)} hours` : `${minutes} minute${minutes === 1 ? '' : 's'}`
  const message = `This machine's clock is ${span} ${ahead > behind ? 'ahead of' : 'behind'} AWS's.`
  const advice =
    'Let the machine set its clock: sudo timedatectl set-ntp true (macOS: sudo sntp -sS time.apple.com)'
  return off < refusedFrom
    ? { status: 'warning', message, advice }
    : {
        status: 'error',
        message: `${message} AWS refuses what is signed that far from its own time.`,
        advice,
      }
}
