import type { DeclaredCommand } from '../../argv/declared-command.ts'
import {
  gitRefKey,
  overrideKey,
  pacingKeys,
  processes,
  strategyKey,
  timeout,
  wait,
  dryRun,
  supersede,
} from '../shared-keys.ts'

/** Bringing versions live, and deciding about those that are on their way. */
export const deployingCommands: readonly DeclaredCommand[] = [
  {
    words: ['create', 'deploy'],
    group: 'Deploy',
    summary: 'Deploy an image: one deployment per process, each rolling back on its own.',
    keys: [
      { name: 'docker_tag', summary: 'The tag of the image. Default: latest, else the newest image.' },
      processes('The processes to deploy. Default: all of them.'),
      {
        name: 'apps',
        summary:
          'Several apps at once, as one group: apps, such as shop-us or shop-us@us-west-2, or environments and groups of tapit.yml. Several are separated by commas.',
        list: true,
        selects: true,
      },
      { name: 'initiator', summary: 'Who or what deploys, for the history.' },
      strategyKey(),
      { name: 'tag', summary: 'A name of the version for people, for the history.' },
      { name: 'git_hash', summary: 'The commit that the image was built from, for the history.' },
      gitRefKey(),
      { name: 'reason', summary: 'Why, for the history; --supersede needs it.' },
      overrideKey(),
      ...pacingKeys(),
    ],
    flags: [wait(), timeout(), dryRun(), supersede()],
    examples: [
      {
        line: 'tapit create deploy docker_tag=v1.4.0 --wait',
        does: 'Deploy v1.4.0 to all processes and follow it.',
      },
      {
        line: 'tapit create deploy process=worker docker_tag=v1.4.0',
        does: 'Deploy one process and return.',
      },
      { line: 'tapit -e staging create deploy docker_tag=v1.4.0 --dry-run', does: 'Show what would change.' },
      {
        line: 'tapit create deploy docker_tag=$GITHUB_SHA initiator=github-actions --wait -o json',
        does: 'In CI: the outcome as JSON and exit code.',
      },
      {
        line: 'tapit create deploy process=default strategy=canary canary_percent=25 --wait',
        does: 'By another strategy, this time.',
      },
      {
        line: 'tapit create deploy apps=shop-eu,shop-us docker_tag=v1.4.0 --wait',
        does: 'Two apps at once, each in its own region and account.',
      },
    ],
    load: async () => (await import('../create-deploy.ts')).createDeploy,
  },
  {
    words: ['promote'],
    group: 'Deploy',
    summary:
      'Deploy to one environment what is active in another: the same images, each in the whole life of a deployment.',
    keys: [
      { name: 'from', summary: 'The environment whose active images are taken.', selects: true },
      { name: 'to', summary: 'The environment that gets them.', selects: true },
      processes('The processes to promote. Default: all that both have.'),
      { name: 'initiator', summary: 'Who or what promotes, for the history.' },
      strategyKey(),
      { name: 'reason', summary: 'Why, for the history; --supersede needs it.' },
      overrideKey(),
      ...pacingKeys(),
    ],
    flags: [wait(), timeout(), dryRun(), supersede()],
    examples: [
      { line: 'tapit promote from=staging to=production --wait', does: 'Every process that both have.' },
      {
        line: 'tapit promote from=staging to=production process=worker --dry-run',
        does: 'Show what one process would get.',
      },
      {
        line: 'tapit promote from=staging to=production --wait -o json',
        does: 'In CI: the outcome as JSON and exit code.',
      },
    ],
    load: async () => (await import('../promote.ts')).promote,
  },
  {
    words: ['rollback'],
    group: 'Deploy',
    summary: 'Bring back what was live before: image and task definition, in the whole life of a deployment.',
    keys: [
      processes('The processes to roll back. Default: all of them.'),
      {
        name: 'to',
        summary: 'A past deployment (dep_…). Default: of each process the newest one that was live before.',
        selects: true,
      },
      {
        name: 'group',
        summary:
          'Undo a group (grp_…), in all of its apps: those of its processes that still run what it brought.',
        selects: true,
      },
      {
        name: 'config',
        summary: 'Whether the task definition goes back too. Default: as_it_was.',
        allowed: ['as_it_was', 'current'],
      },
      { name: 'initiator', summary: 'Who or what rolls back, for the history.' },
      { name: 'reason', summary: 'Why, for the history.' },
      overrideKey(),
    ],
    flags: [wait(), timeout(), dryRun()],
    examples: [
      { line: 'tapit rollback --wait', does: 'Every process to what was live before.' },
      {
        line: 'tapit rollback process=worker to=dep_01jd… --wait',
        does: 'One process to a deployment of its own.',
      },
      { line: 'tapit rollback group=grp_01jd… --yes', does: 'Undo one deploy, without being asked.' },
    ],
    load: async () => (await import('../rollback.ts')).rollback,
  },
  {
    words: ['continue', 'deploy'],
    group: 'Deploy',
    summary: 'Let deployments go on that wait for a person: before the switch, a step, or the end.',
    keys: [
      {
        name: 'id',
        summary:
          'A deployment (dep_…) or group (grp_…). Default: the newest of the named processes, else the newest group.',
        selects: true,
      },
      processes('Only the deployments of these processes; also one that tapit did not make.'),
      { name: 'reason', summary: 'Why, for the history.' },
    ],
    flags: [wait(), timeout()],
    examples: [
      { line: 'tapit continue deploy --wait', does: 'Go on with the newest group and follow it.' },
      { line: 'tapit continue deploy process=default', does: 'Go on with one process of it.' },
    ],
    load: async () => (await import('../continue-deploy.ts')).continueDeploy,
  },
  {
    words: ['cancel', 'deploy'],
    group: 'Deploy',
    summary: 'Stop deployments in progress; what ran before runs again.',
    keys: [
      {
        name: 'id',
        summary:
          'A deployment (dep_…) or group (grp_…). Default: the newest of the named processes, else the newest group.',
        selects: true,
      },
      processes('Only the deployments of these processes; also one that tapit did not make.'),
      {
        name: 'group',
        summary: 'All of a group (grp_…), also over several apps: only while all of it is still running.',
        selects: true,
      },
      { name: 'reason', summary: 'Why, for the history.' },
    ],
    flags: [wait('Follow until what ran before runs again.'), timeout()],
    examples: [
      { line: 'tapit cancel deploy --wait', does: 'Cancel the newest group and follow it.' },
      { line: 'tapit cancel deploy process=worker reason="wrong image"', does: 'Cancel one process of it.' },
      { line: 'tapit cancel deploy group=grp_01jd… --wait', does: 'All of a group, in all of its apps.' },
    ],
    load: async () => (await import('../cancel-deploy.ts')).cancelDeploy,
  },
]
