import { deploymentStatuses, stepNames } from '../../names/vocabulary.ts'
import { behaviours } from '../../sandbox/ecr/behaviour.ts'
import { hookAnswers, hookStages } from '../../sandbox/ecs/state.ts'
import type { DeclaredCommand } from '../argv/declared-command.ts'
import { buildKeys, pacingKeys, processes, strategyKey, timeout, wait } from './shared-keys.ts'

/** All that can be typed. Parser, help and completion come from this table alone: to add a command is to add its entry. */
export const table: readonly DeclaredCommand[] = [
  {
    words: ['create', 'deploy'],
    group: 'Deploy',
    summary: 'Deploy an image: one deployment per process, each rolling back on its own.',
    keys: [
      { name: 'docker_tag', summary: 'The tag of the image. Default: latest, else the newest image.' },
      processes('The processes to deploy. Default: all of them.'),
      { name: 'initiator', summary: 'Who or what deploys, for the history.' },
      strategyKey(),
      { name: 'tag', summary: 'A name of the version for people, for the history.' },
      { name: 'git_hash', summary: 'The commit that the image was built from, for the history.' },
      { name: 'reason', summary: 'Why, for the history; --supersede needs it.' },
      ...pacingKeys(),
    ],
    flags: [
      wait('Follow the deployments to their end; their outcome is the exit code.'),
      timeout(),
      { name: 'dry-run', summary: 'Show what would change, and stop.' },
      {
        name: 'supersede',
        summary: 'Take over from a deployment that is in progress; needs reason=.',
        needs: 'reason',
      },
    ],
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
    ],
    load: async () => (await import('./create-deploy.ts')).createDeploy,
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
        summary: 'Undo a group (grp_…): those of its processes that still run what it brought.',
        selects: true,
      },
      {
        name: 'config',
        summary: 'Whether the task definition goes back too. Default: as_it_was.',
        allowed: ['as_it_was', 'current'],
      },
      { name: 'initiator', summary: 'Who or what rolls back, for the history.' },
      { name: 'reason', summary: 'Why, for the history.' },
    ],
    flags: [
      wait('Follow the deployments to their end; their outcome is the exit code.'),
      timeout(),
      { name: 'dry-run', summary: 'Show what would change, and stop.' },
    ],
    examples: [
      { line: 'tapit rollback --wait', does: 'Every process to what was live before.' },
      {
        line: 'tapit rollback process=worker to=dep_01jd… --wait',
        does: 'One process to a deployment of its own.',
      },
      { line: 'tapit rollback group=grp_01jd… --yes', does: 'Undo one deploy, without being asked.' },
    ],
    load: async () => (await import('./rollback.ts')).rollback,
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
    flags: [wait('Follow the deployments to their end; their outcome is the exit code.'), timeout()],
    examples: [
      { line: 'tapit continue deploy --wait', does: 'Go on with the newest group and follow it.' },
      { line: 'tapit continue deploy process=default', does: 'Go on with one process of it.' },
    ],
    load: async () => (await import('./continue-deploy.ts')).continueDeploy,
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
      { name: 'reason', summary: 'Why, for the history.' },
    ],
    flags: [wait('Follow until what ran before runs again.'), timeout()],
    examples: [
      { line: 'tapit cancel deploy --wait', does: 'Cancel the newest group and follow it.' },
      { line: 'tapit cancel deploy process=worker reason="wrong image"', does: 'Cancel one process of it.' },
    ],
    load: async () => (await import('./cancel-deploy.ts')).cancelDeploy,
  },
  {
    words: ['image', 'deploy'],
    group: 'Images',
    summary: 'Build images from source, push them and deploy them: build and deploy in one step.',
    keys: [
      ...buildKeys('The processes to build for and to deploy. Default: all of them.'),
      strategyKey(),
      { name: 'reason', summary: 'Why, for the history; --supersede needs it.' },
      {
        name: 'rebuild',
        summary: 'A past deployment (dep_…) whose image is gone: build it again from its commit.',
        selects: true,
      },
      ...pacingKeys(),
    ],
    flags: [
      wait('Follow the deployments to their end; their outcome is the exit code.'),
      timeout(),
      {
        name: 'supersede',
        summary: 'Take over from a deployment that is in progress; needs reason=.',
        needs: 'reason',
      },
    ],
    examples: [
      { line: 'tapit image deploy --wait', does: 'Build the working folder, deploy it and follow it.' },
      { line: 'tapit image deploy process=worker --wait', does: 'Only what one process needs.' },
      {
        line: 'tapit image deploy source=https://github.com/example-org/shop ref=main --wait',
        does: 'Out of a Git repository, in a clone of its own.',
      },
    ],
    load: async () => (await import('./image-deploy.ts')).imageDeploy,
  },
  {
    words: ['image', 'build'],
    group: 'Images',
    summary: 'Build the images of the app with Docker’s buildx, and push them to ECR.',
    keys: buildKeys('The processes whose images are built. Default: all of them.'),
    flags: [],
    examples: [
      { line: 'tapit image build', does: 'All images, tagged <branch>-<commit>.' },
      {
        line: 'tapit image build docker_tag=v1.4.0 tag=v1.4.0 cache=ecr',
        does: 'With a tag of your own and a cache in ECR.',
      },
      { line: 'tapit image build process=worker -o json', does: 'One image; its digest as JSON.' },
    ],
    load: async () => (await import('./image-build.ts')).imageBuild,
  },
  {
    words: ['image', 'login'],
    group: 'Images',
    summary: 'Log Docker in to the registry of the app, for twelve hours.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit image login', does: 'Then docker pull and docker push work by hand.' },
      { line: 'tapit -e staging image login', does: 'For another environment.' },
    ],
    load: async () => (await import('./image-login.ts')).imageLogin,
  },
  {
    words: ['list', 'images'],
    group: 'Images',
    summary: 'The images that can be deployed, newest first: size, age, where they run.',
    keys: [
      processes('Only images of these processes.'),
      { name: 'limit', summary: 'How many, from 1 to 1000. Default: 20.', number: { min: 1, max: 1000 } },
    ],
    flags: [],
    examples: [
      { line: 'tapit list images', does: 'The newest 20 of each repository.' },
      { line: 'tapit list images process=worker limit=100 -o json', does: 'More of one process, as JSON.' },
    ],
    load: async () => (await import('./list-images.ts')).listImages,
  },
  {
    words: ['show', 'image'],
    group: 'Images',
    summary:
      'One image: commit, platforms, size, scan, and the deployments that used it. Exit code 3 if there is none.',
    keys: [
      { name: 'docker_tag', summary: 'Its tag, or sha256:….', selects: true },
      processes('In the repositories of these processes. Default: all of them.'),
    ],
    flags: [],
    examples: [
      { line: 'tapit show image docker_tag=v1.4.0', does: 'What is known of it.' },
      {
        line: 'tapit show image docker_tag=$GITHUB_SHA || tapit image build docker_tag=$GITHUB_SHA',
        does: 'In CI: build only what is not there yet.',
      },
    ],
    load: async () => (await import('./show-image.ts')).showImage,
  },
  {
    words: ['create', 'dockerfile'],
    group: 'Images',
    summary: 'Write a Dockerfile for what stands in the folder, and say what was seen and why.',
    keys: [{ name: 'path', summary: 'The folder. Default: this one.', selects: true }],
    flags: [{ name: 'dry-run', summary: 'Print it, and write nothing.' }],
    examples: [
      { line: 'tapit create dockerfile', does: 'For this folder; never over one that is there.' },
      { line: 'tapit create dockerfile path=services/web --dry-run', does: 'Look first.' },
    ],
    load: async () => (await import('./create-dockerfile.ts')).createDockerfile,
  },
  {
    words: ['prune', 'images'],
    group: 'Images',
    summary: 'Delete images and revisions that nothing runs and no rollback needs.',
    keys: [
      processes('Only in the repositories of these processes. Default: all of them.'),
      {
        name: 'keep',
        summary: 'How many images are kept, from 1 to 1000. Default: images.keep of tapit.yml, as deployed.',
        number: { min: 1, max: 1000 },
      },
    ],
    flags: [{ name: 'dry-run', summary: 'Show what would go and what stays and why, and stop.' }],
    examples: [
      { line: 'tapit prune images --dry-run', does: 'What would go.' },
      { line: 'tapit prune images keep=20 --yes', does: 'All but the newest 20 and what is needed.' },
    ],
    load: async () => (await import('./prune-images.ts')).pruneImages,
  },
  {
    words: ['copy', 'image'],
    group: 'Images',
    summary: 'Copy an image by digest, with all its platforms, to another repository, account or region.',
    keys: [
      { name: 'docker_tag', summary: 'Its tag, or sha256:….', selects: true },
      {
        name: 'from',
        summary: 'An environment of tapit.yml, or a repository: its name or URI.',
        selects: true,
      },
      {
        name: 'to',
        summary: 'An environment of tapit.yml, or a repository: its name or URI.',
        selects: true,
      },
      processes('With environments: the images of these processes. Default: all of them.'),
    ],
    flags: [],
    examples: [
      {
        line: 'tapit copy image docker_tag=v1.4.0 from=staging to=production',
        does: 'From one environment to another.',
      },
      {
        line: 'tapit copy image docker_tag=v1.4.0 from=shop to=444455556666.dkr.ecr.us-east-1.amazonaws.com/shop',
        does: 'To another account and region.',
      },
    ],
    load: async () => (await import('./copy-image.ts')).copyImage,
  },
  {
    words: ['status'],
    group: 'See what happens',
    summary: 'What runs: version, stage, health and tasks of every process.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit status', does: 'Every process of the app of this directory.' },
      { line: 'tapit -a shop -e staging status -o json', does: 'Another app and environment, as JSON.' },
    ],
    load: async () => (await import('./status.ts')).status,
  },
  {
    words: ['show', 'deploy'],
    group: 'See what happens',
    summary: 'A deployment, or all of a group: where it stands, and why it failed.',
    keys: [
      {
        name: 'id',
        summary: 'A deployment (dep_…) or group (grp_…). Default: the newest group.',
        selects: true,
      },
    ],
    flags: [wait('Follow until all have come to their ends; their outcome is the exit code.'), timeout()],
    examples: [
      { line: 'tapit show deploy', does: 'The newest group, process by process.' },
      { line: 'tapit show deploy --wait', does: 'Take up again what is under way.' },
      { line: 'tapit show deploy id=dep_01jd… -o json', does: 'One deployment, as JSON.' },
    ],
    load: async () => (await import('./show-deploy.ts')).showDeploy,
  },
  {
    words: ['list', 'deploys'],
    group: 'See what happens',
    summary: 'The history of deployments, newest first.',
    keys: [
      processes('Only deployments of these processes.'),
      { name: 'status', summary: 'Only deployments with this status.', allowed: deploymentStatuses },
      { name: 'limit', summary: 'How many, from 1 to 100. Default: 20.', number: { min: 1, max: 100 } },
      { name: 'next_token', summary: 'Where to go on: nextToken of the answer before.' },
    ],
    flags: [],
    examples: [
      { line: 'tapit list deploys', does: 'The newest 20.' },
      {
        line: 'tapit list deploys process=worker status=rolled_back limit=5',
        does: 'The last failures of a process.',
      },
    ],
    load: async () => (await import('./list-deploys.ts')).listDeploys,
  },
  {
    words: ['show', 'logs'],
    group: 'See what happens',
    summary: 'Log lines of the processes, or of a deployment and its steps.',
    keys: [
      processes('The processes. Default: all of them.'),
      { name: 'since', summary: 'How far to look back. Default: 10m.', duration: true },
      { name: 'deploy', summary: 'The log of this deployment (dep_…) itself.', selects: true },
      { name: 'step', summary: 'Only this step of the deployment.', allowed: stepNames },
      {
        name: 'limit',
        summary: 'Only the last lines of what is there, from 1 to 10000.',
        number: { min: 1, max: 10_000 },
      },
    ],
    flags: [
      {
        name: 'follow',
        alias: 'f',
        summary: 'Go on with new lines: with deploy= until it (or step=) is over, else until Ctrl-C.',
      },
    ],
    examples: [
      { line: 'tapit show logs process=worker since=1h', does: 'What the worker logged within an hour.' },
      { line: 'tapit show logs deploy=dep_01jd… step=deploy', does: 'The log of one step of a deployment.' },
      { line: 'tapit show logs --follow', does: 'All processes, as they log.' },
    ],
    load: async () => (await import('./show-logs.ts')).showLogs,
  },
  {
    words: ['doctor'],
    group: 'See what happens',
    summary: 'What a `cdk deploy` would spoil of what runs now; exit code 3 if it must wait.',
    keys: [
      { name: 'scope', summary: 'What to look at. Default: infra.', allowed: ['infra'] },
      { name: 'template', summary: 'The synthesized template. Default: cdk.out/<stack>.template.json.' },
      { name: 'change_set', summary: 'A change set that was not executed yet, in place of a template.' },
      { name: 'stack', summary: 'The stack. Default: that of the app.', selects: true },
    ],
    flags: [],
    examples: [
      {
        line: 'npx cdk synth -q && npx tapit doctor scope=infra && npx cdk deploy --app cdk.out --all',
        does: 'Deploy infrastructure, as it was judged, if nothing speaks against it.',
      },
      { line: 'tapit -e staging doctor scope=infra', does: 'Ask for another environment.' },
      {
        line: 'tapit -e staging doctor change_set=cdk-deploy-change-set -o json',
        does: 'Judge a change set, as JSON.',
      },
    ],
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    words: ['show', 'config'],
    group: 'Set up',
    summary: 'What tapit.yml comes to in an environment: overrides applied, defaults filled in.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit show config', does: 'Production; every mistake in the file, if there are any.' },
      { line: 'tapit -e staging show config -o json', does: 'Another environment, as JSON.' },
    ],
    load: async () => (await import('./show-config.ts')).showConfig,
  },
  {
    words: ['show', 'schema'],
    group: 'Set up',
    summary: 'Print the JSON Schema of tapit.yml, for editors.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit show schema > tapit.schema.json', does: 'For an editor that reads a file.' },
      { line: 'tapit show schema -o json', does: 'As a member of a document.' },
    ],
    load: async () => (await import('./show-schema.ts')).showSchema,
  },
  {
    words: ['init'],
    group: 'Set up',
    summary: 'Write a tapit.yml for what lies in this folder.',
    keys: [
      { name: 'region', summary: 'The AWS region. Default: $AWS_REGION.' },
      { name: 'github', summary: "owner/name whose Actions may deploy. Default: the folder's Git remote." },
      { name: 'domain', summary: 'The domain of the app; needs a certificate.' },
      { name: 'certificate', summary: 'The ARN of its certificate in ACM.' },
      { name: 'from', summary: 'A compartment.yml to bring over, and the routes beside it.', selects: true },
    ],
    flags: [{ name: 'force', summary: 'Write a new tapit.yml in the place of the one that is there.' }],
    examples: [
      {
        line: 'tapit init',
        does: 'From Dockerfiles, Procfile, Compose file and package.json; asks on a terminal.',
      },
      { line: 'tapit init --app shop region=eu-west-1 github=example-org/shop', does: 'Without questions.' },
      { line: 'tapit init from=compartment.yml', does: 'Bring over a Compartment project.' },
    ],
    load: async () => (await import('./init.ts')).init,
  },
  {
    words: ['setup'],
    group: 'Set up',
    summary: 'Create the table of records where no tapit CDK stack did.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit setup', does: 'In the account and region of your AWS credentials.' },
      { line: 'AWS_PROFILE=shop-prod tapit setup', does: 'In another account.' },
    ],
    load: async () => (await import('./setup.ts')).setup,
  },
  {
    words: ['completion'],
    group: 'Set up',
    summary: 'Print the completion script of a shell.',
    keys: [
      { name: 'shell', summary: 'The shell. Default: that of $SHELL.', allowed: ['bash', 'zsh', 'fish'] },
    ],
    flags: [],
    examples: [
      { line: 'eval "$(tapit completion shell=bash)"', does: 'In ~/.bashrc; likewise with zsh in ~/.zshrc.' },
      { line: 'tapit completion shell=fish > ~/.config/fish/completions/tapit.fish', does: 'For fish.' },
    ],
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    words: ['sandbox', 'start'],
    group: 'Try it without AWS',
    summary: 'Start the AWS sandbox on this machine, with an app in it.',
    keys: [
      {
        name: 'timings',
        summary: 'How long things take in it. Default: short.',
        allowed: ['short', 'realistic'],
      },
      {
        name: 'minute',
        summary: 'How long a minute of bake times, pauses and alarms lasts. Default: 2s, realistic: 60s.',
      },
    ],
    flags: [],
    examples: [
      { line: 'tapit sandbox start', does: 'Start it; --sandbox does so when needed.' },
      { line: 'tapit sandbox start timings=realistic', does: 'As slow as AWS.' },
      { line: 'tapit sandbox start minute=500ms', does: 'Ten minutes of bake time in five seconds.' },
    ],
    load: async () => (await import('./sandbox-start.ts')).sandboxStart,
  },
  {
    words: ['sandbox', 'stop'],
    group: 'Try it without AWS',
    summary: 'Stop the sandbox; its state is kept.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit sandbox stop', does: 'Stop it.' },
      { line: 'tapit sandbox stop && tapit sandbox start', does: 'Restart it where it was.' },
    ],
    load: async () => (await import('./sandbox-stop.ts')).sandboxStop,
  },
  {
    words: ['sandbox', 'status'],
    group: 'Try it without AWS',
    summary: 'Whether the sandbox runs, and where.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit sandbox status', does: 'Its endpoint and since when it runs.' },
      { line: 'tapit sandbox status -o json', does: 'The same as JSON.' },
    ],
    load: async () => (await import('./sandbox-status.ts')).sandboxStatus,
  },
  {
    words: ['sandbox', 'reset'],
    group: 'Try it without AWS',
    summary: 'Put the sandbox back to its beginning.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit sandbox reset --yes', does: 'Forget all that was done in it.' },
      { line: 'tapit sandbox reset', does: 'The same in a script; on a terminal it wants --yes.' },
    ],
    load: async () => (await import('./sandbox-reset.ts')).sandboxReset,
  },
  {
    words: ['sandbox', 'env'],
    group: 'Try it without AWS',
    summary: 'Print the variables that point any AWS client at the sandbox.',
    keys: [],
    flags: [],
    examples: [
      { line: 'eval "$(tapit sandbox env)"', does: 'For this shell: aws, boto3, terraform, tapit.' },
      { line: 'tapit sandbox env -o json', does: 'The variables as JSON.' },
    ],
    load: async () => (await import('./sandbox-env.ts')).sandboxEnv,
  },
  {
    words: ['sandbox', 'push'],
    group: 'Try it without AWS',
    summary: 'Push an image to the sandbox that will behave as you say.',
    keys: [
      { name: 'docker_tag', summary: 'The tag of the new image.' },
      processes('The processes that behave so. Default: all of them.'),
      {
        name: 'behaviour',
        summary: 'What it does when it runs. Default: ok.',
        allowed: behaviours,
      },
    ],
    flags: [],
    examples: [
      { line: 'tapit sandbox push docker_tag=v2', does: 'An image that works.' },
      {
        line: 'tapit sandbox push docker_tag=v3 process=worker behaviour=crash',
        does: 'One whose worker crashes.',
      },
    ],
    load: async () => (await import('./sandbox-push.ts')).sandboxPush,
  },
  {
    words: ['sandbox', 'traffic'],
    group: 'Try it without AWS',
    summary: 'Be the users of an app in the sandbox: which version answers them, and how.',
    keys: [
      {
        name: 'rps',
        summary: 'Requests per second, from 1 to 500. Default: 20.',
        number: { min: 1, max: 500 },
      },
      {
        name: 'seconds',
        summary: 'For how long, from 1 to 86400. Default: until Ctrl-C.',
        number: { min: 1, max: 86_400 },
      },
      {
        name: 'url',
        summary: 'Where. Default: the load balancer of the app’s public process.',
        selects: true,
      },
    ],
    flags: [],
    examples: [
      { line: 'tapit sandbox traffic', does: 'A line each second, during a deploy in another window.' },
      { line: 'tapit sandbox traffic rps=50 seconds=60 -o json', does: 'A minute of them, as JSON.' },
    ],
    load: async () => (await import('./sandbox-traffic.ts')).sandboxTraffic,
  },
  {
    words: ['sandbox', 'hook'],
    group: 'Try it without AWS',
    summary: 'Set what a Lambda hook of a deployment answers in the sandbox.',
    keys: [
      { name: 'function', summary: 'The Lambda function, by its name or ARN.' },
      { name: 'answer', summary: 'What it answers from now on.', allowed: hookAnswers },
      { name: 'stage', summary: 'Only at this stage. Default: at all of them.', allowed: hookStages },
    ],
    flags: [],
    examples: [
      {
        line: 'tapit sandbox hook function=smoke-test answer=failed',
        does: 'Deployments with it roll back.',
      },
      {
        line: 'tapit sandbox hook function=smoke-test answer=in_progress stage=POST_SCALE_UP',
        does: 'It makes them wait there.',
      },
    ],
    load: async () => (await import('./sandbox-hook.ts')).sandboxHook,
  },
]

/** What is built, out of what, and what it is called. */
