import type { ProcessConfig } from '../app-config.ts'
import type { Mistake } from '../mistakes/mistake.ts'
import { isBalanced, isWritten, placeIn, type View } from './view.ts'

const keysOfKinds = {
  port: ['web', 'api'],
  host: ['web'],
  drainSeconds: ['web', 'api'],
  stayRunningSeconds: ['worker'],
} as const

/** What a process of one kind cannot have, since it would do nothing. */
export function checkKinds(view: View): readonly Mistake[] {
  return view.app.processes.flatMap(process => [
    ...checkKeys(view, process),
    ...checkReadiness(view, process),
    ...checkRequests(view, process),
  ])
}

function checkKeys(view: View, { name, kind }: ProcessConfig): readonly Mistake[] {
  return Object.entries(keysOfKinds)
    .filter(([key, kinds]) => isWritten(view, name, key) && !kinds.some(one => one === kind))
    .map(([key, kinds]) => ({
      path: placeIn(view, name, key),
      on: 'key',
      message: `is not allowed for a process of kind ${kind}. Allowed: for ${kinds.join(' and ')}.`,
    }))
}

function checkReadiness(view: View, { name, kind, readiness }: ProcessConfig): readonly Mistake[] {
  if (readiness === undefined) return []
  const isHttp = readiness.type === 'http'
  if (isHttp === isBalanced({ kind })) return []
  const place = placeIn(view, name, 'readiness')
  return [
    {
      path: [...place, 'type'],
      message: isHttp
        ? '"http" is not allowed: nothing asks a worker over HTTP. Allowed: command.'
        : `"command" is not allowed: the load balancer judges a process of kind ${kind}. Allowed: http.`,
    },
  ]
}

function checkRequests(view: View, { name, kind, scale }: ProcessConfig): readonly Mistake[] {
  if (scale?.requests === undefined || isBalanced({ kind })) return []
  return [
    {
      path: [...placeIn(view, name, 'scale'), 'requests'],
      on: 'key',
      message: 'is not allowed: a worker answers no requests. Allowed: cpu, memory.',
    },
  ]
}
