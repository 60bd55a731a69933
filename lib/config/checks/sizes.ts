import type { ProcessConfig } from '../app-config.ts'
import { fargateMemory } from '../fargate-memory.ts'
import type { Mistake } from '../mistakes/mistake.ts'
import { isWritten, placeIn, type View } from './view.ts'
import { strategyDefaults as defaults } from '../strategy-defaults.ts'

/** How large a process is, and how many of it. */
export function checkSizes(view: View): readonly Mistake[] {
  return view.app.processes.flatMap(process => [
    ...checkMemory(view, process),
    ...checkScale(view, process),
    ...checkReplacement(view, process),
  ])
}

function checkMemory(view: View, { name, cpu, memory }: ProcessConfig): readonly Mistake[] {
  const sizes = fargateMemory(cpu)
  if (sizes.includes(memory)) return []
  return [
    {
      path: placeIn(view, name, 'memory', 'cpu'),
      message: `Fargate has no task with cpu ${cpu} and memory ${memory}. Allowed with cpu ${cpu}: ${sizesInWords(sizes)}.`,
    },
  ]
}

function sizesInWords(sizes: readonly number[]): string {
  const [first, second, ...rest] = sizes
  const last = rest.at(-1)
  if (rest.length < 4 || first === undefined || second === undefined) return sizes.join(', ')
  return `${first} to ${last} in steps of ${second - first}`
}

function checkScale(view: View, { name, scale, count }: ProcessConfig): readonly Mistake[] {
  if (scale === undefined) return []
  const path = placeIn(view, name, 'scale')
  const { min, max, cpu, memory, requests } = scale
  if (min > max)
    return [
      { path: [...path, 'min'], message: `${min} is not allowed. Allowed: at most max, which is ${max}.` },
    ]
  if (cpu === undefined && memory === undefined && requests === undefined)
    return [
      {
        path,
        on: 'key',
        message: 'nothing says when to scale. Allowed: one or more of cpu, memory, requests.',
      },
    ]
  const isOutside = isWritten(view, name, 'count') && (count < min || count > max)
  return isOutside
    ? [
        {
          path: placeIn(view, name, 'count'),
          message: `${count} is not allowed beside scale. Allowed: ${min} to ${max}, or no count at all.`,
        },
      ]
    : []
}

/** A rolling deployment that may neither start a task more nor stop one would never end. ECS rounds the least up and the most down. */
function checkReplacement(view: View, { name, strategy, scale, count }: ProcessConfig): readonly Mistake[] {
  const tasks = scale?.min ?? count
  const { minimumHealthyPercent = defaults.minimumHealthyPercent, maximumPercent = defaults.maximumPercent } =
    strategy
  const least = Math.ceil((tasks * minimumHealthyPercent) / 100)
  const most = Math.floor((tasks * maximumPercent) / 100)
  if (strategy.type !== 'rolling' || tasks === 0 || most > tasks || least < tasks) return []
  return [
    {
      path: placeIn(view, name, 'strategy'),
      message: `with ${tasks} ${tasks === 1 ? 'task' : 'tasks'}, minimumHealthyPercent ${minimumHealthyPercent} and maximumPercent ${maximumPercent} let no task be replaced. Allowed: a maximumPercent of ${Math.ceil(((tasks + 1) * 100) / tasks)} or more, or a lower minimumHealthyPercent.`,
    },
  ]
}
