import { builtInStrategies } from '../../config/built-in-strategies.ts'
import { pauseMoments } from '../../names/vocabulary.ts'
import type { DeclaredFlag, DeclaredKey } from '../argv/declared-command.ts'

/** Keys and flags that several commands take, each described once. */

export function buildKeys(processesSummary: string): readonly DeclaredKey[] {
  return [
    {
      name: 'tag',
      summary: 'A name of the version for people: a label, and the beginning of the automatic tag.',
    },
    {
      name: 'docker_tag',
      summary: 'The tag of the image. Default: <tag or branch>-<16 characters of the commit>.',
    },
    { name: 'git_hash', summary: 'The commit, for labels and history. Default: that of the folder.' },
    { name: 'initiator', summary: 'Who or what builds, for labels and history.' },
    {
      name: 'dockerfile',
      summary: 'The Dockerfile, from the folder that is built. Default: that of tapit.yml, else Dockerfile.',
    },
    {
      name: 'cache',
      summary: 'Where build steps are kept: in the repository, or in the cache of GitHub Actions.',
      allowed: ['ecr', 'gha'],
    },
    processes(processesSummary),
    {
      name: 'source',
      summary: 'The URL of a Git repository to build, in place of the working folder.',
      selects: true,
    },
    { name: 'ref', summary: 'The branch, tag or commit of source=. Default: its main branch.' },
  ]
}

export function strategyKey(): DeclaredKey {
  const names = builtInStrategies.map(({ name }) => name)
  return {
    name: 'strategy',
    summary: `How traffic moves this time: ${names.join(', ')}, or one of tapit.yml. Default: each process by its own.`,
    suggested: names,
  }
}

/** What can be different from the strategy, this time. */
export function pacingKeys(): readonly DeclaredKey[] {
  return [
    { name: 'canary_percent', summary: 'This time: traffic of the first step of a canary, in percent.' },
    { name: 'canary_bake_minutes', summary: 'This time: how long that step lasts.' },
    { name: 'step_percent', summary: 'This time: traffic of each step of linear, in percent.' },
    { name: 'step_bake_minutes', summary: 'This time: how long each of them lasts.' },
    { name: 'bake_minutes', summary: 'This time: how long both revisions stay after all traffic moved.' },
    { name: 'minimum_healthy_percent', summary: 'This time: healthy tasks at least, in percent.' },
    { name: 'maximum_percent', summary: 'This time: tasks at most, in percent.' },
    { name: 'failure_threshold', summary: 'This time: failed tasks until ECS gives up, such as 2 or 50%.' },
    {
      name: 'pause_before',
      summary: 'This time: where to wait for tapit continue deploy. Several are separated by commas.',
      list: true,
      allowed: ['none', ...pauseMoments],
    },
    { name: 'pause_timeout_minutes', summary: 'This time: how long a pause may last.' },
    {
      name: 'on_pause_timeout',
      summary: 'This time: what ends a pause that nobody ends.',
      allowed: ['continue', 'rollback'],
    },
  ]
}

export function gitRefKey(): DeclaredKey {
  return {
    name: 'git_ref',
    summary: 'The branch or tag that it comes from, for policies and for the history.',
  }
}

export function overrideKey(): DeclaredKey {
  return {
    name: 'override',
    summary: 'Break-glass: goes past policies that allow it, for this reason. Loudly recorded.',
    blankIsUnset: true,
  }
}

/** One process or several; empty is refused, since it would mean all of them. */
export function processes(summary: string): DeclaredKey {
  return {
    name: 'process',
    summary: `${summary} Several are separated by commas.`,
    list: true,
    selects: true,
  }
}

export function wait(
  summary = 'Follow the deployments to their end; their outcome is the exit code.',
): DeclaredFlag {
  return { name: 'wait', alias: 'w', summary }
}

export function dryRun(): DeclaredFlag {
  return { name: 'dry-run', summary: 'Show what would change, and stop.' }
}

export function supersede(): DeclaredFlag {
  return {
    name: 'supersede',
    summary: 'Take over from a deployment that is in progress; needs reason=.',
    needs: 'reason',
  }
}

export function timeout(): DeclaredFlag {
  return { name: 'timeout', value: 'DURATION', default: '30m', summary: 'How long to follow with --wait.' }
}
