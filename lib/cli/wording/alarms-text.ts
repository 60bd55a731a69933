import type { SeenServiceDeployment } from '../../deployment/observation.ts'
import { counted } from './counted.ts'
import { listed } from './listed.ts'

/** What the alarms say that guard a deployment: `2 alarms quiet`; empty where none does, or ECS ignores them. */
export function alarmsText({ alarms }: Pick<SeenServiceDeployment, 'alarms'>): {
  readonly text: string
  readonly isRinging: boolean
} {
  if (alarms === undefined) return { text: '', isRinging: false }
  const { triggered, names, status } = alarms
  if (triggered.length > 0) {
    const [alarm, rings] = triggered.length === 1 ? ['alarm', 'rings'] : ['alarms', 'ring']
    return { text: `${alarm} ${listed(triggered)} ${rings}`, isRinging: true }
  }
  const isWatched = names.length > 0 && status !== 'DISABLED'
  return { text: isWatched ? `${counted(names.length, 'alarm')} quiet` : '', isRinging: false }
}
